import { expect } from 'chai';
import {
  ArgumentError,
  airdrop,
  createTokenAccountInstruction,
  idls,
  pda,
  tokenAddress,
  type CallContext,
} from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import {
  REFUND_WALLET,
  WINDOW,
  claimant,
  createSeason,
  createSparseSeason,
  inVault,
  leavesOf,
  openAllShards,
  settingsOf,
  type TestSeason,
} from '../harness/airdrop.js';
import { changeData } from '../harness/calls.js';
import { useMarket } from '../harness/market.js';
import { ReferenceTree, concat, leafContent, leafHash, parentOf, sha256 } from '../harness/merkle.js';
import { expectRefused } from '../harness/refusals.js';
import { transferTokens } from '../harness/token-accounts.js';

/** The ways in which Merkle distributors were broken, one after the other. */
describe('airdrop: pitfalls of Merkle distributors', () => {
  const test = useMarket();
  const leaves = leavesOf(11);
  let season: TestSeason;
  type Claim = ReturnType<TestSeason['claim']>;

  beforeEach(async () => {
    season = await createSeason(test.market, leaves);
  });

  /** The call of a claim whatever the bytes of its proof, which the SDK would refuse to send where they are odd. */
  const callOf = (claim: Claim, context: CallContext = test.market.anyone) => {
    const call = airdrop.claim.call(context, { ...claim, proof: new Uint8Array(0) });
    return changeData(call, (data) => Buffer.concat([data, claim.proof]));
  };
  const refused = (
    claim: Claim,
    name: 'InvalidProof' | 'WrongProofLength' | 'LeafOutOfRange' | 'WrongShard',
  ) => expectRefused(test.market, () => test.market.anyone.send(callOf(claim)), 'airdrop', name);

  describe('1: second preimages', () => {
    it('refuses an inner node as a leaf, with the proof that leads from it to the root', async () => {
      const claim = season.claim(2);
      for (let level = 1; level < 4; level += 1) {
        const index = 2 >> level;
        const proof = season.tree.proof(index, level);
        // Whatever index he says: the length is not that of a leaf's proof, or the leaf is not that node.
        await refused({ ...claim, proof }, 'WrongProofLength');
      }
    });

    it('refuses an inner node as a leaf also where the lengths agree', async () => {
      // In a tree of 3 leaves the last one stands a level higher: its proof is as long as that of the inner node.
      season = await createSeason(test.market, leavesOf(3));
      const proof = season.tree.proof(0, 1);
      expect(proof.length).to.equal(season.tree.proof(2).length);
      expect(parentOf(season.tree.node(1, 0), proof)).to.deep.equal(season.tree.root);
      await refused({ ...season.claim(2), proof }, 'InvalidProof');
      await refused({ ...season.claim(0), index: 2, proof }, 'InvalidProof');
    });

    it('hashes leaves and inner nodes apart, so that 64 bytes of a leaf are no pair', () => {
      const { deployment } = test.market;
      const content = leafContent(deployment.programs.airdrop, season.address, leaves[0]!);
      expect(content.length).to.not.equal(64);
      const [a, b] = [season.tree.node(0, 0), season.tree.node(0, 1)];
      expect(parentOf(a, b)).to.not.deep.equal(sha256(Uint8Array.of(0), concat([a, b])));
      expect(leafHash(deployment.programs.airdrop, season.address, leaves[0]!)).to.not.deep.equal(
        sha256(Uint8Array.of(1), content),
      );
    });

    it('refuses an empty proof, but of the only leaf of a tree', async () => {
      const { market } = test;
      await refused({ ...season.claim(0), proof: new Uint8Array(0) }, 'WrongProofLength');
      const only = await createSeason(market, leavesOf(1));
      expect(only.claim(0).proof.length).to.equal(0);
      await market.anyone.airdrop.claim(only.claim(0));
    });

    it('refuses the root itself as a leaf', async () => {
      const only = await createSeason(test.market, leavesOf(1), { root: season.tree.root });
      await refused({ ...season.claim(0), season: only.address, proof: new Uint8Array(0) }, 'InvalidProof');
    });

    it('refuses proofs that are shorter, longer or not whole hashes', async () => {
      const { market } = test;
      const claim = season.claim(2);
      const { proof } = claim;
      for (const length of [0, 1, 31, 32, 33, 95, 127]) {
        await refused({ ...claim, proof: proof.subarray(0, length) }, 'WrongProofLength');
      }
      const zeros = (bytes: number): Uint8Array => concat([proof, new Uint8Array(bytes)]);
      for (const more of [1, 31, 32, 64, 320, 512]) {
        await refused({ ...claim, proof: zeros(more) }, 'WrongProofLength');
      }
      const odd = () => airdrop.claim.call(market.anyone, { ...claim, proof: zeros(1) });
      expect(odd).to.throw(ArgumentError);
    });

    it('takes proofs of 20 levels and no more', async () => {
      const { market } = test;
      const leaf = { index: 777_777, wallet: claimant(0).publicKey, amount: 9n };
      const deep = await createSparseSeason(market, 2 ** 20, leaf);
      expect(deep.claim.proof.length).to.equal(640);
      const create = { ...deep.claim, createTokenAccount: true };
      await market.anyone.send([
        {
          instructions: [
            createTokenAccountInstruction(market.anyone.payer, market.deployment.ioMint, leaf.wallet),
          ],
          signers: [],
          accounts: {},
        },
      ]);
      const longer = concat([deep.claim.proof, new Uint8Array(32)]);
      const call = airdrop.claim.call(market.anyone, {
        ...deep.claim,
        proof: longer,
        createTokenAccount: false,
      });
      await expectRefused(market, () => market.anyone.send(call), 'airdrop', 'WrongProofLength');
      await market.anyone.airdrop.claim(create);
    });
  });

  describe('2: what a leaf binds', () => {
    it('refuses the proof of another season, with the same leaves and the same root', async () => {
      const { market } = test;
      const other = await createSeason(market, leaves, { root: season.tree.root });
      await refused({ ...season.claim(0), season: other.address }, 'InvalidProof');
      // Each of the two has leaves of its own.
      const own = await createSeason(market, leaves);
      await market.anyone.airdrop.claim(own.claim(0));
      await market.anyone.airdrop.claim(season.claim(0));
    });

    it('refuses leaves that were built for another program', async () => {
      const { market } = test;
      const address = pda.airdrop.season(market.deployment, 2);
      const elsewhere = new ReferenceTree(
        leaves.map((leaf) => leafHash(testKeypair('another program').publicKey, address, leaf)),
      );
      const foreign = await createSeason(market, leaves, { root: elsewhere.root });
      await refused({ ...foreign.claim(0), proof: elsewhere.proof(0) }, 'InvalidProof');
    });

    it('refuses every change of index, wallet and amount', async () => {
      const claim = season.claim(2);
      await refused({ ...claim, index: 3 }, 'InvalidProof');
      await refused({ ...claim, amount: claim.amount + 1n }, 'InvalidProof');
      await refused({ ...claim, amount: claim.amount - 1n }, 'InvalidProof');
      await refused({ ...claim, amount: 0n }, 'InvalidProof');
      await refused({ ...claim, wallet: claimant(3).publicKey }, 'InvalidProof');
      await refused({ ...claim, ...leaves[3]!, index: 2 }, 'InvalidProof');
    });

    it('refuses any bit of a proof that is turned', async () => {
      const claim = season.claim(2);
      for (let at = 0; at < claim.proof.length; at += 17) {
        const proof = Uint8Array.from(claim.proof);
        proof[at] = (proof[at] ?? 0) ^ (1 << (at % 8));
        await refused({ ...claim, proof }, 'InvalidProof');
      }
    });
  });

  describe('3: positions', () => {
    it('refuses an index beyond the leaves, also within the last byte of the shard', async () => {
      for (const index of [11, 12, 15, 16, 65_535, 65_536, 2 ** 32 - 1]) {
        await refused({ ...season.claim(2), index }, 'LeafOutOfRange');
      }
    });

    it('refuses the proof of a leaf with its siblings swapped or left out', async () => {
      const claim = season.claim(2);
      const hashes = [0, 1, 2, 3].map((at) => claim.proof.subarray(32 * at, 32 * (at + 1)));
      const [a, b, c, d] = hashes as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      for (const order of [
        [b, a, c, d],
        [d, c, b, a],
        [a, a, c, d],
      ]) {
        await refused({ ...claim, proof: concat(order) }, 'InvalidProof');
      }
    });
  });

  describe('4: duplicate leaves', () => {
    it('pays a wallet once for each of its leaves, and no leaf twice', async () => {
      const { market } = test;
      const wallet = claimant(0).publicKey;
      const twice = await createSeason(market, [
        { index: 0, wallet, amount: 5n },
        { index: 1, wallet, amount: 5n },
      ]);
      await market.anyone.airdrop.claim(twice.claim(0));
      const again = () => market.anyone.airdrop.claim(twice.claim(0));
      await expectRefused(market, again, 'airdrop', 'AlreadyClaimed');
      await market.anyone.airdrop.claim(twice.claim(1));
      expect(tokenBalance(market.network, tokenAddress(market.deployment.ioMint, wallet))).to.equal(10n);
    });

    it('pays one of two leaves that say the same index', async () => {
      const { market } = test;
      const address = pda.airdrop.season(market.deployment, 2);
      const { airdrop: program } = market.deployment.programs;
      const doubled = [
        { index: 0, wallet: claimant(0).publicKey, amount: 5n },
        { index: 0, wallet: claimant(1).publicKey, amount: 6n },
      ];
      const tree = new ReferenceTree(doubled.map((leaf) => leafHash(program, address, leaf)));
      await createSeason(market, doubled, { root: tree.root });
      const [first, second] = doubled.map((leaf, at) => ({
        season: address,
        ...leaf,
        proof: tree.proof(at),
      }));
      await market.anyone.airdrop.claim(second!);
      await expectRefused(market, () => market.anyone.airdrop.claim(first!), 'airdrop', 'AlreadyClaimed');
    });
  });

  it('5: refuses claims above the funded amount before anything is transferred', async () => {
    const { market } = test;
    const amount = leaves[0]!.amount;
    const short = await createSeason(market, leaves, { amount });
    await transferTokens(market, market.deployment.ioMint, testKeypair('buyer'), short.vault, 10n ** 11n);
    const second = () => market.anyone.airdrop.claim(short.claim(1));
    await expectRefused(market, second, 'airdrop', 'SeasonExhausted');
    await market.anyone.airdrop.claim(short.claim(0));
  });

  it('6: has no instruction that changes a root, a pool or a window, so that no claim in flight is lost', async () => {
    const { market } = test;
    const { instructions } = idls.airdrop;
    const administrative = instructions
      .filter(({ accounts }) => accounts.some(({ name }) => name === 'admin'))
      .map(({ name }) => name);
    expect(administrative.sort()).to.deep.equal(['cancelSeason', 'createSeason', 'proposeAdmin']);
    const before = await market.admin.accounts.airdrop.season.fetch(season.address);
    const again = settingsOf(market, 1, leavesOf(3));
    await market.fund(market.admin.payer, { io: again.amount });
    const act = () => market.admin.airdrop.createSeason(again);
    await expectRefused(market, act, 'system', 'AccountAlreadyInUse');
    const cancel = () => market.admin.airdrop.cancelSeason({ season: season.address });
    await expectRefused(market, cancel, 'airdrop', 'SeasonStarted');
    expect(await market.admin.accounts.airdrop.season.fetch(season.address)).to.deep.equal(before);
  });

  it('7: pays in the last second and refunds from the next, never both', async () => {
    const { market } = test;
    const { anyone } = market;
    const close = async (): Promise<void> => {
      await anyone.airdrop.closeShard({ season: season.address, index: 0 });
      await anyone.airdrop.closeSeason({ season: season.address });
    };
    market.warpBy(WINDOW - 1);
    await expectRefused(market, close, 'airdrop', 'SeasonNotOver');
    await anyone.airdrop.claim(season.claim(0));
    market.warpBy(1);
    await expectRefused(market, () => anyone.airdrop.claim(season.claim(1)), 'airdrop', 'SeasonOver');
    await close();
    const late = () => anyone.airdrop.claim(season.claim(1));
    await expectRefused(market, late, 'airdrop', 'AccountNotInitialized');
    const refund = tokenAddress(market.deployment.ioMint, REFUND_WALLET.publicKey);
    expect(tokenBalance(market.network, refund)).to.equal(season.settings.amount - leaves[0]!.amount);
    expect(inVault(market, season)).to.equal(0n);
  });

  it('8: cannot be created first by a stranger, nor held up by accounts that he creates', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const next = settingsOf(market, 2, leaves);
    const address = pda.airdrop.season(deployment, 2);
    const vault = pda.airdrop.seasonVault(deployment, address);
    const stranger = market.actor('stranger');
    await market.fund(stranger.payer, { io: next.amount });
    await expectRefused(market, () => stranger.airdrop.createSeason(next), 'airdrop', 'NotAdmin');
    for (const owner of [address, vault]) {
      await stranger.send({
        instructions: [createTokenAccountInstruction(stranger.payer, deployment.ioMint, owner)],
        signers: [],
        accounts: {},
      });
    }
    for (const key of [address, vault, pda.airdrop.shard(deployment, address, 0)]) {
      network.airdrop(key, 1_000_000n);
    }
    const made = await createSeason(market, leaves);
    expect(made.address).to.deep.equal(address);
    await market.anyone.airdrop.claim(made.claim(5));
  });

  it('9: keeps the dust of conversion in the season, down to the last unit', async () => {
    const { market } = test;
    const { anyone } = market;
    const dusty = await createSeason(market, leavesOf(3), { openShards: false });
    await openAllShards(market, dusty.address, 3);
    for (const { index } of dusty.leaves) await anyone.airdrop.claim(dusty.claim(index));
    expect(inVault(market, dusty)).to.equal(7n);
    market.warpBy(WINDOW);
    await anyone.airdrop.closeShard({ season: dusty.address, index: 0 });
    await anyone.airdrop.closeSeason({ season: dusty.address });
    const refund = tokenAddress(market.deployment.ioMint, REFUND_WALLET.publicKey);
    expect(tokenBalance(market.network, refund)).to.equal(7n);
  });

  it('10: takes the destination from the leaf, whoever claims on whose behalf', async () => {
    const { market } = test;
    const balances = () => leaves.map(({ wallet }) => market.balances(wallet).io);
    const thief = market.actor('thief');
    await market.fund(thief.payer, {});
    await thief.airdrop.claim(season.claim(6));
    expect(market.balances(thief.payer).io).to.equal(0n);
    expect(balances()).to.deep.equal(leaves.map(({ index, amount }) => (index === 6 ? amount : 0n)));
    await refused({ ...season.claim(7), wallet: thief.payer }, 'InvalidProof');
  });
});
