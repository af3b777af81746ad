import { pauseTests } from '../harness/governance.js';
import { registerAnother } from '../harness/nodes.js';

describe('staking: pause', () => {
  pauseTests('staking', registerAnother);
});
