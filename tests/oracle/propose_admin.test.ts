import { proposeAdminTests } from '../harness/governance.js';

describe('oracle: propose_admin', () => {
  proposeAdminTests('oracle');
});
