import type { ClientCore, DeploymentRoles } from '@ionet/sdk';
import { readBooks, type Books } from './books.js';
import { Verdict, type Figure, type Finding, type Identity } from './findings.js';
import { seasons } from './identities/airdrop.js';
import { jobVaults, nodeLoads } from './identities/jobs.js';
import { authorities, configs, knownAccounts, roles } from './identities/roles.js';
import { rewardVaults, stakeShares, stakeVaults } from './identities/stakes.js';
import { emission, rewardPools, supply } from './identities/supply.js';
import { credits, feeVaults, receipts } from './identities/treasury.js';

/** All that must always hold. */
export const IDENTITIES: readonly Identity[] = [
  supply,
  emission,
  rewardPools,
  jobVaults,
  nodeLoads,
  stakeVaults,
  stakeShares,
  rewardVaults,
  feeVaults,
  receipts,
  credits,
  seasons,
  roles,
  authorities,
  configs,
  knownAccounts,
];

/** What became of one identity. */
export interface Audited {
  readonly identity: Identity;
  readonly examined: number;
  readonly figures: readonly Figure[];
  /** Empty: it is proved. */
  readonly findings: readonly Finding[];
}

/** Holds the books to every identity. */
export function auditBooks(books: Books): Audited[] {
  return IDENTITIES.map((identity) => {
    const verdict = new Verdict();
    identity.check(books, verdict);
    const { examined, figures, findings } = verdict;
    return { identity, examined, figures, findings };
  });
}

/**
 * Reads a deployment and audits it. The accounts are not all read at one moment: what a transaction changed between two
 * reads looks wrong once, so that only what is found again counts.
 */
export async function audit(
  client: ClientCore,
  roles: DeploymentRoles | null,
  attempts: number,
): Promise<Audited[]> {
  let found = auditBooks(await readBooks(client, roles));
  for (let attempt = 1; attempt < attempts && refutes(found); attempt += 1) {
    const before = new Set(found.flatMap(keysOf));
    found = auditBooks(await readBooks(client, roles)).map((one) => ({
      ...one,
      findings: one.findings.filter((finding) => before.has(keyOf(one.identity, finding))),
    }));
  }
  return found;
}

/** Whether anything does not hold. */
export function refutes(audited: readonly Audited[]): boolean {
  return audited.some(({ findings }) => findings.length > 0);
}

const keyOf = (identity: Identity, { account, what }: Finding): string =>
  `${identity.name} ${account} ${what}`;
const keysOf = ({ identity, findings }: Audited): string[] =>
  findings.map((finding) => keyOf(identity, finding));
