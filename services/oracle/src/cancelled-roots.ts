import { parseEvents, pda, type AccountData, type Deployment, type RewardPoolKind } from '@ionet/sdk';
import type { ChainHistory } from '@ionet/service-kit';

/** A root that the guardian has cancelled. */
export interface CancelledRoot {
  readonly version: bigint;
  readonly epoch: bigint;
  readonly root: Uint8Array;
}

type Pool = Pick<AccountData<'emission', 'pool'>, 'lastVersion' | 'finalRoots' | 'pendingRoot'>;

const PAGE = 100;
/** So long nothing is searched again for what the network did not show. */
const RETRY_MS = 30_000;

/** Versions that were posted after the last final root and are not pending: the guardian has cancelled them. */
function cancelledVersions({ lastVersion, finalRoots, pendingRoot }: Pool): bigint[] {
  const last = pendingRoot === null ? lastVersion : lastVersion - 1n;
  const versions: bigint[] = [];
  for (let version = (finalRoots[0]?.version ?? 0n) + 1n; version <= last; version += 1n)
    versions.push(version);
  return versions;
}

/** Finds on chain which roots the guardian has cancelled since the last final one. */
export class CancelledRoots {
  readonly #deployment: Deployment;
  readonly #history: ChainHistory;
  readonly #known: Readonly<Record<RewardPoolKind, Map<bigint, CancelledRoot>>> = {
    gpu: new Map(),
    cpu: new Map(),
  };

  readonly #retryAt: Record<RewardPoolKind, number> = { gpu: 0, cpu: 0 };

  constructor(deployment: Deployment, history: ChainHistory) {
    this.#deployment = deployment;
    this.#history = history;
  }

  /** Undefined while the network does not show all of them. */
  async since(kind: RewardPoolKind, pool: Pool): Promise<readonly CancelledRoot[] | undefined> {
    const wanted = cancelledVersions(pool);
    const known = this.#known[kind];
    for (const version of known.keys()) if (!wanted.includes(version)) known.delete(version);
    if (wanted.every((version) => known.has(version))) return [...known.values()];
    if (performance.now() < this.#retryAt[kind]) return undefined;
    if (await this.#search(kind, wanted)) return [...known.values()];
    this.#retryAt[kind] = performance.now() + RETRY_MS;
    return undefined;
  }

  /** Goes back through the pool's transactions until every wanted version is found. */
  async #search(kind: RewardPoolKind, wanted: readonly bigint[]): Promise<boolean> {
    const known = this.#known[kind];
    const address = pda.emission.pool(this.#deployment, kind);
    for (let before: string | undefined; ;) {
      const range = { limit: PAGE, ...(before === undefined ? {} : { before }) };
      const page = await this.#history.signatures(address, range);
      const landed = page.filter(({ failed }) => !failed).map(({ signature }) => signature);
      for (const transaction of await this.#history.transactions(landed)) {
        for (const event of parseEvents(transaction?.logs ?? [], this.#deployment)) {
          if (event.program !== 'emission' || event.name !== 'rootCancelled') continue;
          const { pool, version, epoch, root } = event.data;
          if (pool.equals(address) && wanted.includes(version)) {
            known.set(version, { version, epoch, root: Uint8Array.from(root) });
          }
        }
      }
      if (wanted.every((version) => known.has(version))) return true;
      before = page.at(-1)?.signature;
      if (before === undefined || page.length < PAGE) return false;
    }
  }
}
