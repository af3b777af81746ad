import { proposeAdminTests } from '../harness/governance.js';

describe('staking: propose_admin', () => {
  proposeAdminTests('staking');
});
