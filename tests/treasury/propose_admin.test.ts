import { proposeAdminTests } from '../harness/governance.js';

describe('treasury: propose_admin', () => {
  proposeAdminTests('treasury');
});
