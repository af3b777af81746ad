import { PACKET_DATA_SIZE, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import {
  createTokenAccountInstruction,
  emission,
  eventOf,
  pda,
  tokenAddress,
  withProof,
  type Call,
  type ClaimRewardArgs,
  type ErrorName,
} from '@ionet/sdk';
import { setMint, testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { changeLast, replaceAccount } from '../harness/calls.js';
import {
  advanceTo,
  claim,
  HOUR,
  ownerOf,
  postFinalRoot,
  poolOf,
  treeOf,
  useEmission,
} from '../harness/emission.js';
import { expectRefused } from '../harness/refusals.js';
import { parentOf, pathTo } from '../harness/merkle.js';
import { rewardLeafHash, rewardTree, type RewardTree } from '../harness/reward-tree.js';
import { closeTokenAccount } from '../harness/token-accounts.js';

const kind = 'gpu' as const;

describe('emission: claim_reward', () => {
  const test = useEmission();
  const REWARDS = [
    ['a', 1_000n],
    ['b', 2_000n],
    ['c', 3_000n],
    ['d', 4_000n],
    ['e', 5_000n],
  ] as const;

  const pool = () => pda.emission.pool(test.market.deployment, kind);
  const vault = () => pda.emission.poolVault(test.market.deployment, pool());
  const rewardAccount = (label: string) =>
    pda.emission.rewardAccount(test.market.deployment, pool(), testKeypair(`node ${label}`).publicKey);
  const rewardOf = (label: string) =>
    test.market.anyone.accounts.emission.rewardAccount.fetch(rewardAccount(label));
  const balanceOf = (label: string) =>
    tokenBalance(test.market.network, tokenAddress(test.market.deployment.ioMint, ownerOf(label)));

  /** A final root of these rewards. */
  const final = async (
    rewards: readonly (readonly [string, bigint])[] = REWARDS,
    epoch = 1n,
  ): Promise<{ tree: RewardTree; version: bigint }> => {
    const tree = treeOf(test.market, kind, rewards);
    const { root, total } = tree;
    return { tree, version: await postFinalRoot(test.market, { kind, epoch, root, total }) };
  };

  const claimOf = (tree: RewardTree, version: bigint, index: number, label: string) =>
    claim(test.market.anyone, { kind, version, tree, index, label });

  /** The arguments of the claim of a leaf. */
  const argsOf = (tree: RewardTree, version: bigint, index: number): ClaimRewardArgs => {
    const { node, destination, cumulative } = tree.leaves[index]!;
    return { kind, version, node, cumulative, destination, proof: tree.proof(index) };
  };

  const refuses = async (
    name: ErrorName<'emission'>,
    args: ClaimRewardArgs,
    change: (call: Call) => Call = (call) => call,
  ) => {
    const { market } = test;
    const call = change(emission.claimReward.call(market.anyone, args));
    return expectRefused(market, () => market.anyone.send(call), 'emission', name);
  };

  /** Creates the destinations, so that a refusal is of nothing else. */
  const openDestinations = async (labels: readonly string[]) => {
    const { market } = test;
    for (const label of labels) {
      const actor = market.actor(`owner ${label}`);
      const create = createTokenAccountInstruction(actor.payer, market.deployment.ioMint, actor.payer);
      await actor.send({ instructions: [create], signers: [], accounts: {} });
    }
  };

  beforeEach(() => advanceTo(test.market, 10n));

  describe('what it pays', () => {
    it('pays what the leaf names to its destination, and remembers it in 64 bytes', async () => {
      const { market } = test;
      const { tree, version } = await final();
      const before = await test.pool(kind);
      const held = tokenBalance(market.network, vault());
      const { events } = await claimOf(tree, version, 2, 'c');
      const { node, destination } = tree.leaves[2]!;
      expect(balanceOf('c')).to.equal(3_000n);
      expect(tokenBalance(market.network, vault())).to.equal(held - 3_000n);
      expect(await test.pool(kind)).to.deep.equal({ ...before, claimed: 3_000n, seq: before.seq + 1n });
      expect(await rewardOf('c')).to.deep.include({
        version: 1,
        kind,
        node,
        claimed: 3_000n,
        rootVersion: version,
      });
      expect(market.network.getAccount(rewardAccount('c'))?.data.length).to.equal(64);
      expect(eventOf(events, 'emission', 'rewardClaimed')).to.deep.equal({
        pool: pool(),
        node,
        destination,
        version,
        amount: 3_000n,
        claimed: 3_000n,
        poolClaimed: 3_000n,
        seq: before.seq + 1n,
      });
    });

    it('pays every leaf of the tree, by anyone, in any order', async () => {
      const { tree, version } = await final();
      for (const index of [4, 0, 3, 1, 2]) await claimOf(tree, version, index, REWARDS[index]![0]);
      for (const [label, amount] of REWARDS) expect(balanceOf(label)).to.equal(amount);
      expect((await test.pool(kind)).claimed).to.equal(15_000n);
    });

    it('pays the only leaf of a tree with an empty proof', async () => {
      const { tree, version } = await final([['a', 777n]]);
      expect(tree.proof(0).length).to.equal(0);
      await claimOf(tree, version, 0, 'a');
      expect(balanceOf('a')).to.equal(777n);
    });

    it('pays the difference when a later root names more', async () => {
      const { tree, version } = await final();
      await claimOf(tree, version, 0, 'a');
      const later = await final([...REWARDS.map(([label, amount]) => [label, 2n * amount] as const)], 2n);
      const { events } = await claimOf(later.tree, later.version, 0, 'a');
      expect(eventOf(events, 'emission', 'rewardClaimed')).to.deep.include({
        amount: 1_000n,
        claimed: 2_000n,
      });
      expect(balanceOf('a')).to.equal(2_000n);
      // Whoever has not claimed in time loses nothing.
      await claimOf(later.tree, later.version, 1, 'b');
      expect(balanceOf('b')).to.equal(4_000n);
    });

    it('takes proofs of the last four roots, and of none before', async () => {
      const { market } = test;
      const roots = [];
      for (let round = 1n; round <= 5n; round += 1n) {
        const rewards = REWARDS.map(([label, amount]) => [label, round * amount] as const);
        roots.push(await final(rewards, round));
      }
      const [first, second, , , last] = roots as [Root, Root, Root, Root, Root];
      await openDestinations(['a', 'b']);
      await refuses('RootNotFound', argsOf(first.tree, first.version, 0));
      await claimOf(second.tree, second.version, 0, 'a');
      expect(balanceOf('a')).to.equal(2_000n);
      await claimOf(last.tree, last.version, 0, 'a');
      expect(balanceOf('a')).to.equal(5_000n);
      for (const version of [0n, 6n, 2n ** 64n - 1n]) {
        await refuses('RootNotFound', argsOf(last.tree, version, 1));
      }
      expect((await poolOf(market, kind)).claimed).to.equal(5_000n);
    });

    it('pays nothing twice, whoever asks and with whichever root', async () => {
      const { market } = test;
      const earlier = await final();
      const later = await final(
        REWARDS.map(([label, amount]) => [label, amount + 10n] as const),
        2n,
      );
      await claimOf(later.tree, later.version, 3, 'd');
      for (const { tree, version } of [earlier, later]) {
        for (const client of [market.anyone, market.buyer, market.admin]) {
          const act = () => client.emission.claimReward(argsOf(tree, version, 3));
          await expectRefused(market, act, 'emission', 'NothingToClaim');
        }
      }
      expect(balanceOf('d')).to.equal(4_010n);
    });

    it('pays in both pools, which remember apart', async () => {
      const { market } = test;
      const { tree, version } = await final([['a', 500n]]);
      const cpu = treeOf(market, 'cpu', [['a', 70n]]);
      const { root, total } = cpu;
      const cpuVersion = await postFinalRoot(market, { kind: 'cpu', epoch: 1n, root, total });
      await claimOf(tree, version, 0, 'a');
      await claim(market.anyone, { kind: 'cpu', version: cpuVersion, tree: cpu, index: 0, label: 'a' });
      expect(balanceOf('a')).to.equal(570n);
    });

    it('goes on while the next root is pending or cancelled, and after the emission has ended', async () => {
      const { market } = test;
      const { tree, version } = await final();
      const next = treeOf(market, kind, [['a', 9_000n]]);
      const { root } = next;
      await market.anyone.emission.postRoot({
        kind,
        epoch: 5n,
        root,
        total: 20_000n,
        inputHash: root,
        formulaId: root,
        signers: market.oracles.slice(0, 2),
      });
      await openDestinations(['a']);
      await refuses('RootNotFound', argsOf(next, version + 1n, 0));
      await claimOf(tree, version, 0, 'a');
      await market.pauser.emission.cancelRoot({ kind });
      await claimOf(tree, version, 1, 'b');
      market.network.warpBy(30n * 365n * 24n * HOUR);
      await claimOf(tree, version, 2, 'c');
    });

    it('is not held up by lamports sent ahead to the node’s account', async () => {
      const { market } = test;
      const { tree, version } = await final();
      const rent = market.network.rentFor(64);
      for (const [index, lamports] of [1_000_000n, rent - 1n, rent, 5_000_000_000n].entries()) {
        const label = REWARDS[index]![0];
        market.network.airdrop(rewardAccount(label), lamports);
        await claimOf(tree, version, index, label);
        expect((await rewardOf(label)).claimed).to.equal(REWARDS[index]![1]);
        const held = market.network.getAccount(rewardAccount(label))!.lamports;
        expect(held).to.equal(lamports > rent ? lamports : rent);
      }
    });

    it('fails while the destination is closed, and works once it is open again', async () => {
      const { market } = test;
      const { deployment } = market;
      const { tree, version } = await final();
      await openDestinations(['a']);
      const owner = testKeypair('owner a');
      const account = tokenAddress(deployment.ioMint, owner.publicKey);
      await closeTokenAccount(market, deployment.ioMint, owner, account);
      const act = () => market.anyone.emission.claimReward(argsOf(tree, version, 0));
      const before = await test.pool(kind);
      let error: unknown;
      await act().catch((thrown: unknown) => (error = thrown));
      expect(String(error)).to.not.equal('undefined');
      expect(await test.pool(kind)).to.deep.equal(before);
      await claimOf(tree, version, 0, 'a');
      expect(balanceOf('a')).to.equal(1_000n);
    });
  });

  describe('what it refuses', () => {
    it('another amount, node, destination or version than the leaf’s', async () => {
      const { market } = test;
      const { tree, version } = await final();
      const later = await final(
        REWARDS.map(([label, amount]) => [label, amount + 1n] as const),
        2n,
      );
      await openDestinations(['a', 'b']);
      const args = argsOf(tree, version, 0);
      for (const cumulative of [0n, 999n, 1_001n, 2n ** 64n - 1n]) {
        await refuses('InvalidProof', { ...args, cumulative });
      }
      await refuses('InvalidProof', { ...args, node: tree.leaves[1]!.node });
      await refuses('InvalidProof', { ...args, destination: tree.leaves[1]!.destination });
      const thief = tokenAddress(market.deployment.ioMint, market.buyer.payer);
      await refuses('InvalidProof', { ...args, destination: thief });
      await refuses('InvalidProof', { ...args, version: later.version });
      await refuses('InvalidProof', { ...argsOf(later.tree, version, 0) });
    });

    it('another leaf’s proof, a shortened, lengthened or reordered one', async () => {
      const { tree, version } = await final();
      await openDestinations(['a']);
      const args = argsOf(tree, version, 0);
      const { proof } = args;
      const hashes = [proof.slice(0, 32), proof.slice(32, 64), proof.slice(64)];
      const join = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
      for (const other of [
        tree.proof(1),
        new Uint8Array(),
        proof.slice(0, -32),
        proof.slice(32),
        join(proof, new Uint8Array(32)),
        join(hashes[1]!, hashes[0]!, hashes[2]!),
        Uint8Array.from(proof, (byte, at) => (at === 40 ? byte ^ 1 : byte)),
      ]) {
        await refuses('InvalidProof', { ...args, proof: other });
      }
    });

    it('a proof that is not whole hashes', async () => {
      const { tree, version } = await final();
      await openDestinations(['a']);
      const args = argsOf(tree, version, 0);
      for (const length of [1, 31, 33, 95]) {
        await refuses('ProofLengthInvalid', { ...args, proof: new Uint8Array(length) });
      }
    });

    it('a proof of more than 20 levels, though it leads to the root', async () => {
      const { market } = test;
      const { deployment } = market;
      const [leaf] = treeOf(market, kind, [['a', 1_000n]]).leaves;
      const hash = rewardLeafHash(deployment, kind, leaf!);
      await openDestinations(['a']);
      const at21 = pathTo(hash, 21);
      const version = await postFinalRoot(market, { kind, epoch: 1n, root: at21.root, total: 1_000n });
      const args = { kind, version, ...leaf!, proof: at21.proof };
      await refuses('ProofTooLong', args);
      for (const levels of [22, 24]) {
        await refuses('ProofTooLong', { ...args, proof: new Uint8Array(32 * levels) });
      }
      const at20 = pathTo(hash, 20);
      const next = await postFinalRoot(market, { kind, epoch: 2n, root: at20.root, total: 1_000n });
      await market.anyone.emission.claimReward({ ...args, version: next, proof: at20.proof });
    });

    it('inner nodes and the root itself as leaves', async () => {
      const { market } = test;
      const { deployment } = market;
      const { tree, version } = await final();
      await openDestinations(['a']);
      // What stands where a leaf's data would: a claim whose hash would have to be an inner node.
      const inner = parentOf(tree.leafHash(0), tree.leafHash(1));
      const rest = tree.proof(0).slice(32);
      expect(Buffer.from(parentOf(parentOf(inner, rest.slice(0, 32)), rest.slice(32))).equals(tree.root)).to
        .be.true;
      const { leaves } = tree;
      for (const leaf of leaves) {
        // The proof of the node above leads to the root, but no claim hashes to that node.
        await refuses('InvalidProof', {
          kind,
          version,
          ...leaf,
          destination: leaves[0]!.destination,
          proof: rest,
        });
        const { destination } = leaves[0]!;
        await refuses('InvalidProof', { kind, version, ...leaf, destination, proof: new Uint8Array() });
      }
      expect(Buffer.from(rewardLeafHash(deployment, kind, leaves[0]!)).equals(inner)).to.be.false;
    });

    it('leaves of another pool, program or tag', async () => {
      const { market } = test;
      const { deployment } = market;
      const [leaf] = treeOf(market, kind, [['a', 1_000n]]).leaves;
      await openDestinations(['a']);
      const cpu = rewardTree(deployment, 'cpu', [leaf!]);
      const elsewhere = rewardLeafHash(deployment, kind, leaf!, deployment.programs.treasury);
      const tagged = rewardLeafHash(
        deployment,
        kind,
        leaf!,
        deployment.programs.emission,
        'ionet:airdrop:v1',
      );
      let epoch = 0n;
      for (const root of [cpu.root, elsewhere, tagged]) {
        epoch += 1n;
        const version = await postFinalRoot(market, { kind, epoch, root, total: 1_000n });
        await refuses('InvalidProof', { kind, version, ...leaf!, proof: new Uint8Array() });
      }
    });

    it('a final root of the other pool', async () => {
      const { market } = test;
      const tree = treeOf(market, 'cpu', [['a', 1_000n]]);
      const { root, total } = tree;
      const version = await postFinalRoot(market, { kind: 'cpu', epoch: 1n, root, total });
      await openDestinations(['a']);
      await refuses('RootNotFound', argsOf(tree, version, 0));
      await postFinalRoot(market, { kind, epoch: 1n, root: new Uint8Array(32).fill(1), total });
      await refuses('InvalidProof', argsOf(tree, version, 0));
    });

    it('to pay more than the newest final root names, though its leaves do', async () => {
      const { market } = test;
      const tree = treeOf(market, kind, REWARDS);
      // The oracles posted a total that is less than the sum of the leaves.
      const version = await postFinalRoot(market, { kind, epoch: 1n, root: tree.root, total: 3_000n });
      await claimOf(tree, version, 0, 'a');
      await claimOf(tree, version, 1, 'b');
      await openDestinations(['c']);
      await refuses('PoolOverspent', argsOf(tree, version, 2));
      expect((await test.pool(kind)).claimed).to.equal(3_000n);
    });

    it('a vault, a pool or a node’s account that is another', async () => {
      const { market } = test;
      const { deployment, network } = market;
      const { tree, version } = await final();
      await openDestinations(['a', 'b']);
      await claimOf(tree, version, 1, 'b');
      const args = argsOf(tree, version, 0);
      const cpuVault = pda.emission.poolVault(deployment, pda.emission.pool(deployment, 'cpu'));
      await refuses('WrongVault', args, (call) => replaceAccount(call, vault(), cpuVault));
      const fake = testKeypair('fake pool').publicKey;
      const { data } = network.getAccount(pool())!;
      network.setAccount({ address: fake, owner: deployment.programs.emission, data });
      // Only `initialize` makes pools. Even so, a copy has accounts of its own, and its leaves are others.
      const forgedPool = replaceAccount(emission.claimReward.call(market.anyone, args), pool(), fake);
      await expectRefused(market, () => market.anyone.send(forgedPool), 'emission', 'ConstraintSeeds');
      const cpuPool = pda.emission.pool(deployment, 'cpu');
      const otherPool = replaceAccount(emission.claimReward.call(market.anyone, args), pool(), cpuPool);
      await expectRefused(market, () => market.anyone.send(otherPool), 'emission', 'WrongVault');
      for (const other of [rewardAccount('b'), testKeypair('elsewhere').publicKey]) {
        const forged = replaceAccount(
          emission.claimReward.call(market.anyone, args),
          rewardAccount('a'),
          other,
        );
        await expectRefused(market, () => market.anyone.send(forged), 'emission', 'ConstraintSeeds');
      }
    });

    it('a node’s account that says it is another’s', async () => {
      const { market } = test;
      const { tree, version } = await final();
      await claimOf(tree, version, 0, 'a');
      for (const change of [{ node: testKeypair('x').publicKey }, { kind: 'cpu' as const }]) {
        const clean = market.snapshot();
        await changeAccount(market, 'emission', 'rewardAccount', rewardAccount('a'), change);
        await refuses('InvalidRewardAccount', argsOf(tree, version, 0));
        market.restore(clean);
      }
    });

    it('a destination of another mint', async () => {
      const { market } = test;
      const { deployment, network } = market;
      const mint = testKeypair('another mint').publicKey;
      setMint(network, { address: mint, decimals: 8, mintAuthority: market.mintAuthority.publicKey });
      const owner = market.actor('owner a');
      const create = createTokenAccountInstruction(owner.payer, mint, owner.payer);
      await owner.send({ instructions: [create], signers: [], accounts: {} });
      const leaf = {
        node: testKeypair('node a').publicKey,
        destination: tokenAddress(mint, owner.payer),
        cumulative: 1_000n,
      };
      const tree = rewardTree(deployment, kind, [leaf]);
      const { root, total } = tree;
      const version = await postFinalRoot(market, { kind, epoch: 1n, root, total });
      const act = () => market.anyone.emission.claimReward(argsOf(tree, version, 0));
      await expectRefused(market, act, 'token', 'MintMismatch');
    });
  });

  describe('its transaction', () => {
    const sizeOf = async (call: Call): Promise<number> => {
      const { payer: payerKey, transport } = test.market.anyone;
      const { blockhash: recentBlockhash } = await transport.getLatestBlockhash();
      const message = new TransactionMessage({
        payerKey,
        recentBlockhash,
        instructions: [...call.instructions],
      });
      return new VersionedTransaction(message.compileToV0Message()).serialize().length;
    };

    const deepest = async (): Promise<ClaimRewardArgs> => {
      const { market } = test;
      const [leaf] = treeOf(market, kind, [['a', 1_000n]]).leaves;
      const { root, proof } = pathTo(rewardLeafHash(market.deployment, kind, leaf!), 20);
      const version = await postFinalRoot(market, { kind, epoch: 1n, root, total: 1_000n });
      const { node, cumulative } = leaf!;
      return { kind, version, node, cumulative, proof, destinationOwner: ownerOf('a') };
    };

    it('has at most 1,150 bytes at depth 20, and fits when it creates the destination too', async () => {
      const { market } = test;
      const args = await deepest();
      const destination = tokenAddress(market.deployment.ioMint, ownerOf('a'));
      const { kind: of, version, node, cumulative, proof } = args;
      const existing = { kind: of, version, node, cumulative, proof, destination };
      expect(await sizeOf(emission.claimReward.call(market.anyone, existing))).to.be.at.most(1_150);
      const creating = emission.claimReward.call(market.anyone, args);
      expect(await sizeOf(creating)).to.be.at.most(PACKET_DATA_SIZE);
      await market.anyone.send(creating);
      expect(balanceOf('a')).to.equal(1_000n);
    });

    it('ends with the proof as it is', async () => {
      const args = await deepest();
      const call = emission.claimReward.call(test.market.anyone, args);
      const { data } = call.instructions.at(-1)!;
      expect(Buffer.from(data.subarray(-640)).equals(Buffer.from(args.proof))).to.be.true;
      expect(data.length).to.equal(8 + 8 + 32 + 8 + 640);
      const longer = changeLast(call, (instruction) => withProof(instruction, new Uint8Array(32)));
      const act = () => test.market.anyone.send(longer);
      let error: unknown;
      await act().catch((thrown: unknown) => (error = thrown));
      expect(String(error)).to.not.equal('undefined');
    });
  });

  type Root = Awaited<ReturnType<typeof final>>;
});
