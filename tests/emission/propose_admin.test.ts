import { proposeAdminTests } from '../harness/governance.js';

describe('emission: propose_admin', () => {
  proposeAdminTests('emission');
});
