import { acceptAdminTests } from '../harness/governance.js';

describe('staking: accept_admin', () => {
  acceptAdminTests('staking');
});
