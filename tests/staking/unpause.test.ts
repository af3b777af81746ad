import { unpauseTests } from '../harness/governance.js';
import { registerAnother } from '../harness/nodes.js';

describe('staking: unpause', () => {
  unpauseTests('staking', registerAnother);
});
