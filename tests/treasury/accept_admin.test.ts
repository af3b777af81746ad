import { acceptAdminTests } from '../harness/governance.js';

describe('treasury: accept_admin', () => {
  acceptAdminTests('treasury');
});
