import { proposeAdminTests } from '../harness/governance.js';

describe('escrow: propose_admin', () => {
  proposeAdminTests('escrow');
});
