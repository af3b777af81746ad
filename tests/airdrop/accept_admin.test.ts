import { acceptAdminTests } from '../harness/governance.js';

describe('airdrop: accept_admin', () => {
  acceptAdminTests('airdrop');
});
