import { rewardClaimSchema } from '@ionet/oracle';
import {
  decodeMint,
  decodeTokenAccount,
  fetchPrice,
  pda,
  Position,
  previewWithdrawal,
  rewardLeaf,
  Tranche,
  verifyProof,
  type Client,
  type Fetched,
  type PriceReading,
  type RewardPoolKind,
} from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import type { ChainNode } from './market-view.js';

/** How long what was read for a page is shown to others as well. */
const FRESH_MS = 5_000;
const MOST_KEPT = 1_000;
const ORACLE_TIMEOUT_MS = 3_000;

/** The accounts of the whole network. */
export interface NetworkReading {
  readonly schedule: Fetched<'emission', 'schedule'> | null;
  readonly ioFeesBurned: bigint;
  readonly ioBoughtBack: bigint;
  readonly supply: bigint;
  readonly price: PriceReading;
}

/** Somebody's stake with a node. */
export interface DelegationReading {
  readonly delegator: PublicKey;
  readonly stake: bigint;
}

/** Stake that is on its way out. */
export interface UnbondingReading {
  readonly staker: PublicKey;
  readonly kind: 'delegated' | 'own';
  readonly amount: bigint;
  readonly unlocksAt: number;
}

/** The stake of a node. */
export interface StakeReading {
  readonly delegations: readonly DelegationReading[];
  readonly unbondings: readonly UnbondingReading[];
}

/** The idle rewards of a node. */
export interface RewardReading {
  readonly pool: RewardPoolKind;
  /** All that it has earned by the newest final root; `null` where no oracle shows a proof of it. */
  readonly earned: bigint | null;
  readonly rootVersion: bigint | null;
  readonly claimed: bigint;
  /** What a harvest of its reward vault would divide now. */
  readonly harvestable: bigint;
  /** Divided, and not paid out yet. */
  readonly unpaidToOwner: bigint;
  readonly unpaidToDelegators: bigint;
}

/** Reads accounts for pages. What was read is kept for a moment, so that many readers cost as much as one. */
export class ChainReadings {
  readonly #client: Client;
  readonly #oracles: readonly string[];
  readonly #kept = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();

  constructor(client: Client, oracles: readonly string[]) {
    this.#client = client;
    this.#oracles = oracles;
  }

  #fresh<T>(key: string, read: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.#kept.get(key);
    // A key has values of one type.
    if (known !== undefined && now - known.at < FRESH_MS) return known.value as Promise<T>;
    this.#kept.delete(key);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= MOST_KEPT) this.#kept.delete(oldest);
    const value = read();
    this.#kept.set(key, { at: now, value });
    value.catch(() => this.#kept.delete(key));
    return value;
  }

  network(): Promise<NetworkReading> {
    return this.#fresh('network', async () => {
      const { deployment, transport, accounts } = this.#client;
      const [schedule, treasury, auction, [mint], price] = await Promise.all([
        accounts.emission.schedule.fetchMaybe(pda.emission.schedule(deployment)),
        accounts.treasury.treasury.fetchMaybe(pda.treasury.treasury(deployment)),
        accounts.treasury.auction.fetchMaybe(pda.treasury.auction(deployment)),
        transport.getAccounts([deployment.ioMint]),
        fetchPrice(this.#client),
      ]);
      const ioBoughtBack = auction?.ioBurned ?? 0n;
      // The treasury counts both; a fill between the two readings must not make it less than nothing.
      const ioFeesBurned = (treasury?.ioBurned ?? 0n) - ioBoughtBack;
      return {
        schedule,
        ioFeesBurned: ioFeesBurned < 0n ? 0n : ioFeesBurned,
        ioBoughtBack,
        supply: mint == null ? 0n : (decodeMint(mint.data)?.supply ?? 0n),
        price,
      };
    });
  }

  stake(node: ChainNode): Promise<StakeReading> {
    return this.#fresh(`stake ${node.address.toBase58()}`, async () => {
      const { staking } = this.#client.accounts;
      const of = { node: node.address };
      const [delegations, unbondings, now] = await Promise.all([
        staking.delegation.findAll(of),
        staking.unbonding.findAll(of),
        this.#client.now(),
      ]);
      return {
        delegations: delegations
          .map(({ delegator, position }) => ({
            delegator,
            stake: Tranche.worth(node.delegated, Position.shares(position)),
          }))
          .filter(({ stake }) => stake > 0n)
          .sort((a, b) => (a.stake > b.stake ? -1 : 1)),
        unbondings: unbondings
          .map((one) => ({
            staker: one.staker,
            kind: one.kind,
            amount: previewWithdrawal(node, one, now).amount,
            unlocksAt: Number(one.unlocksAt),
          }))
          .sort((a, b) => a.unlocksAt - b.unlocksAt),
      };
    });
  }

  rewards(node: ChainNode): Promise<RewardReading> {
    return this.#fresh(`rewards ${node.address.toBase58()}`, async () => {
      const { deployment, accounts, transport } = this.#client;
      const { kind } = await accounts.staking.hardwareClass.fetch(node.class);
      const poolAddress = pda.emission.pool(deployment, kind);
      const [pool, account, [vault]] = await Promise.all([
        accounts.emission.pool.fetchMaybe(poolAddress),
        accounts.emission.rewardAccount.fetchMaybe(
          pda.emission.rewardAccount(deployment, poolAddress, node.address),
        ),
        transport.getAccounts([node.rewardVault]),
      ]);
      const root = pool?.finalRoots[0];
      const earned = root === undefined ? null : await this.#proved(kind, poolAddress, node, root);
      const held = vault == null ? 0n : (decodeTokenAccount(vault.data)?.amount ?? 0n);
      const { unpaidRewards: unpaid, ownerRewards } = node;
      return {
        pool: kind,
        earned,
        rootVersion: root?.version ?? null,
        claimed: account?.claimed ?? 0n,
        // The node may have been read before its vault.
        harvestable: held > unpaid ? held - unpaid : 0n,
        unpaidToOwner: ownerRewards,
        unpaidToDelegators: unpaid - ownerRewards,
      };
    });
  }

  /** What a final root says of a node, by the first oracle that shows a proof which leads to that root. */
  async #proved(
    kind: RewardPoolKind,
    pool: PublicKey,
    { address }: ChainNode,
    root: { readonly root: readonly number[] | Uint8Array },
  ): Promise<bigint | null> {
    const program = this.#client.deployment.programs.emission.toBytes();
    const asked = this.#oracles.map(async (url) => {
      const response = await fetch(`${url}/v1/rewards/${kind}/${address.toBase58()}`, {
        signal: AbortSignal.timeout(ORACLE_TIMEOUT_MS),
      });
      const { cumulative, destination, proof } = rewardClaimSchema.parse(await response.json());
      const leaf = rewardLeaf(program, pool.toBytes(), {
        node: address.toBytes(),
        destination: new PublicKey(destination).toBytes(),
        cumulative,
      });
      if (!verifyProof(Uint8Array.from(root.root), leaf, Buffer.from(proof, 'hex'))) {
        throw new Error('the proof does not lead to the root');
      }
      return cumulative;
    });
    return Promise.any(asked).catch(() => null);
  }
}
