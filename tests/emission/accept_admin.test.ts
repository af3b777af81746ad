import { acceptAdminTests } from '../harness/governance.js';

describe('emission: accept_admin', () => {
  acceptAdminTests('emission');
});
