import { acceptAdminTests } from '../harness/governance.js';

describe('oracle: accept_admin', () => {
  acceptAdminTests('oracle');
});
