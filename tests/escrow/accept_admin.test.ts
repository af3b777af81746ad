import { acceptAdminTests } from '../harness/governance.js';

describe('escrow: accept_admin', () => {
  acceptAdminTests('escrow');
});
