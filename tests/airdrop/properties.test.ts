import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { airdrop, fetchClaimStatuses, isProgramError, pda, tokenAddress } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import {
  DAY,
  REFUND_WALLET,
  claimant,
  createSeason,
  inVault,
  paidClaims,
  type TestSeason,
} from '../harness/airdrop.js';
import { useMarket } from '../harness/market.js';
import type { Leaf } from '../harness/merkle.js';
import { transferTokens } from '../harness/token-accounts.js';

const ACTORS = ['anyone', 'owner', 'operator'] as const;
const WALLETS = 4;
const WINDOW = 2 * DAY;

/** What somebody does with one of two seasons. */
type Step =
  | { readonly kind: 'claim'; readonly actor: number; readonly season: number; readonly leaf: number }
  | { readonly kind: 'claim from the other season'; readonly season: number; readonly leaf: number }
  | { readonly kind: 'open' | 'close shard' | 'close season' | 'cancel'; readonly season: number }
  | { readonly kind: 'donate'; readonly season: number; readonly amount: bigint }
  | { readonly kind: 'wait'; readonly seconds: number };

const season = fc.nat(1);
const leaf = fc.nat(8);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant('claim'), actor: fc.nat(ACTORS.length - 1), season, leaf }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('claim from the other season'), season, leaf }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('open', 'close shard', 'close season', 'cancel'), season }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('donate'), season, amount: fc.bigInt(1n, 10n ** 9n) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait'), seconds: fc.integer({ min: 1, max: DAY }) }),
  },
);

/** What ought to be, in the simplest words. */
interface ModelSeason {
  readonly onChain: TestSeason;
  readonly startsAt: bigint;
  readonly endsAt: bigint;
  readonly paid: Set<number>;
  shardOpen: boolean;
  cancelled: boolean;
  closed: boolean;
  vault: bigint;
}

describe('airdrop: any order of claims by anybody', function () {
  this.timeout(60_000);
  const test = useMarket();

  it('pays each leaf once, never above the pool, and returns the rest to the unit', async () => {
    const scenario = fc.record({
      amounts: fc.array(fc.bigInt(1n, 10n ** 10n), { minLength: 1, maxLength: 9 }),
      /** Less than zero: the leaves add up to more than the season holds. */
      slack: fc.bigInt(-(10n ** 9n), 10n ** 9n),
      lead: fc.nat(DAY),
      steps: fc.array(step, { minLength: 20, maxLength: 40 }),
    });
    const clean = test.market.snapshot();
    await fc.assert(
      fc.asyncProperty(scenario, async ({ amounts, slack, lead, steps }) => {
        test.market.restore(clean);
        const leaves = amounts.map((amount, index) => ({
          index,
          // Fewer wallets than leaves: a wallet may have several.
          wallet: claimant(index % WALLETS).publicKey,
          amount,
        }));
        const world = new World(test.market, await openSeasons(leaves, slack, lead));
        for (const one of steps) await world.take(one);
        await world.finish();
      }),
      { numRuns: 6, seed: 0x10ad },
    );
  });

  async function openSeasons(
    leaves: readonly Leaf[],
    slack: bigint,
    lead: number,
  ): Promise<[ModelSeason, ModelSeason]> {
    const total = leaves.reduce((sum, { amount }) => sum + amount, 0n);
    const amount = total + slack > 0n ? total + slack : 1n;
    const make = async (startsIn: number): Promise<ModelSeason> => {
      const startsAt = test.market.network.now() + BigInt(startsIn);
      const endsAt = startsAt + BigInt(WINDOW);
      const onChain = await createSeason(test.market, leaves, {
        amount,
        startsAt,
        endsAt,
        openShards: false,
      });
      const state = { shardOpen: false, cancelled: false, closed: false, vault: amount };
      return { onChain, startsAt, endsAt, paid: new Set(), ...state };
    };
    return [await make(0), await make(lead)];
  }
});

/** Both at once: what the chain does, and what the model says that it must do. */
class World {
  /** What each wallet has received, by its address. */
  readonly #received = new Map<string, bigint>();
  #refunded = 0n;

  constructor(
    private readonly market: ReturnType<typeof useMarket>['market'],
    private readonly seasons: readonly [ModelSeason, ModelSeason],
  ) {}

  async take(step: Step): Promise<void> {
    if (step.kind === 'wait') {
      this.market.warpBy(step.seconds);
      return;
    }
    const model = this.seasons[step.season === 0 ? 0 : 1];
    const { anyone, admin } = this.market;
    const address = model.onChain.address;
    switch (step.kind) {
      case 'claim':
        await this.#claim(model, step.leaf % model.onChain.leaves.length, ACTORS[step.actor] ?? 'anyone');
        break;
      case 'claim from the other season': {
        const other = this.seasons[step.season === 0 ? 1 : 0];
        const claim = other.onChain.claim(step.leaf % other.onChain.leaves.length);
        await this.#expect(false, () => anyone.airdrop.claim({ ...claim, season: address }));
        break;
      }
      case 'open':
        if (
          await this.#expect(this.#canOpen(model), () =>
            anyone.airdrop.openShard({ season: address, index: 0 }),
          )
        )
          model.shardOpen = true;
        break;
      case 'close shard': {
        const call = airdrop.closeShard.call(anyone, { season: address, index: 0, rentPayer: anyone.payer });
        const allowed = this.#isOver(model) && model.shardOpen;
        if (await this.#expect(allowed, () => anyone.send(call))) model.shardOpen = false;
        break;
      }
      case 'close season':
        await this.#close(model);
        break;
      case 'cancel': {
        const allowed = !model.closed && !model.cancelled && this.#now() < model.startsAt;
        if (await this.#expect(allowed, () => admin.airdrop.cancelSeason({ season: address }))) {
          model.cancelled = true;
          this.#refunded += model.vault;
          model.vault = 0n;
        }
        break;
      }
      case 'donate':
        if (model.closed) return;
        await transferTokens(
          this.market,
          this.market.deployment.ioMint,
          testKeypair('buyer'),
          model.onChain.vault,
          step.amount,
        );
        model.vault += step.amount;
    }
    await this.#compare();
  }

  /** From wherever it stands, everything can be closed, by anyone. */
  async finish(): Promise<void> {
    const { anyone, network } = this.market;
    const last = this.seasons.reduce((end, { endsAt }) => (endsAt > end ? endsAt : end), 0n);
    if (this.#now() < last) network.warpTo(last);
    for (const model of this.seasons) {
      if (model.shardOpen) {
        await anyone.airdrop.closeShard({ season: model.onChain.address, index: 0 });
        model.shardOpen = false;
      }
      if (!model.closed) await this.#close(model);
      expect(model.closed).to.be.true;
    }
    await this.#compare();
  }

  async #claim(model: ModelSeason, index: number, actor: (typeof ACTORS)[number]): Promise<void> {
    const { amount, wallet } = model.onChain.leaves[index]!;
    const claimed = this.#claimedOf(model);
    const allowed =
      !model.closed &&
      !this.#isOver(model) &&
      this.#now() >= model.startsAt &&
      model.shardOpen &&
      !model.paid.has(index) &&
      claimed + amount <= model.onChain.settings.amount;
    const act = () => this.market[actor].airdrop.claim(model.onChain.claim(index));
    if (!(await this.#expect(allowed, act))) return;
    model.paid.add(index);
    model.vault -= amount;
    const key = wallet.toBase58();
    this.#received.set(key, (this.#received.get(key) ?? 0n) + amount);
  }

  async #close(model: ModelSeason): Promise<void> {
    const allowed = !model.closed && this.#isOver(model) && !model.shardOpen;
    const act = () => this.market.anyone.airdrop.closeSeason({ season: model.onChain.address });
    if (model.closed) return;
    if (!(await this.#expect(allowed, act))) return;
    model.closed = true;
    this.#refunded += model.vault;
    model.vault = 0n;
  }

  /** Does something, and says whether it was done; it must be exactly where the model allows it. */
  async #expect(allowed: boolean, act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
    } catch (error) {
      if (!isProgramError(error) && !(error instanceof Error && error.name === 'AccountNotFound'))
        throw error;
      if (allowed) throw error;
      return false;
    }
    expect(allowed, 'the model does not allow what was done').to.be.true;
    return true;
  }

  #now(): bigint {
    return this.market.network.now();
  }

  #isOver(model: ModelSeason): boolean {
    return model.cancelled || this.#now() >= model.endsAt;
  }

  #canOpen(model: ModelSeason): boolean {
    return !model.closed && !this.#isOver(model) && !model.shardOpen;
  }

  #claimedOf({ onChain, paid }: ModelSeason): bigint {
    return [...paid].reduce((sum, index) => sum + onChain.leaves[index]!.amount, 0n);
  }

  async #compare(): Promise<void> {
    const { network, deployment, anyone } = this.market;
    const balance = (wallet: PublicKey): bigint =>
      tokenBalance(network, tokenAddress(deployment.ioMint, wallet));
    for (let index = 0; index < WALLETS; index += 1) {
      const wallet = claimant(index).publicKey;
      expect(balance(wallet)).to.equal(this.#received.get(wallet.toBase58()) ?? 0n);
    }
    expect(balance(REFUND_WALLET.publicKey)).to.equal(this.#refunded);
    for (const model of this.seasons) {
      const { onChain, paid } = model;
      expect(inVault(this.market, onChain)).to.equal(model.vault);
      const stored = await anyone.accounts.airdrop.season.fetchMaybe(onChain.address);
      expect(stored === null).to.equal(model.closed);
      if (stored !== null) {
        const claimed = this.#claimedOf(model);
        expect([stored.claimed, stored.claims]).to.deep.equal([claimed, paid.size]);
        expect(claimed <= onChain.settings.amount).to.be.true;
      }
      const shard = network.getAccount(pda.airdrop.shard(deployment, onChain.address, 0));
      expect(shard !== null).to.equal(model.shardOpen);
      if (!model.shardOpen) continue;
      const indices = onChain.leaves.map(({ index }) => index);
      expect(paidClaims(this.market, onChain.address)).to.have.members([...paid]);
      expect(await fetchClaimStatuses(network, onChain.address, indices)).to.deep.equal(
        indices.map((index) => (paid.has(index) ? 'paid' : 'unpaid')),
      );
    }
  }
}
