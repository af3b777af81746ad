import { proposeAdminTests } from '../harness/governance.js';

describe('airdrop: propose_admin', () => {
  proposeAdminTests('airdrop');
});
