import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  createTokenAccountInstruction,
  epochAt,
  eventOf,
  highestRootTotal,
  pda,
  releasedBy,
  signMessage,
  rewardRootMessage,
  tokenAddress,
  type Client,
} from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { createProgram } from '../../scripts/io/program.js';
import type { RewardClaimJson } from '../../scripts/io/commands/rewards/claim.js';
import type { ProofJson } from '../../scripts/io/commands/rewards/proof.js';
import type { EpochJson } from '../../scripts/lib/epoch-files.js';
import { advanceTo, FINALIZATION_DELAY, HOUR, useEmission } from '../harness/emission.js';
import { expectRefused } from '../harness/refusals.js';
import { useDirectory } from '../harness/points.js';
import { DAY } from '../harness/staking.js';
import { closeTokenAccount, transferTokens } from '../harness/token-accounts.js';

const kind = 'gpu' as const;

describe('flow: an hour of idle nodes, from the events to their delegators', () => {
  const test = useEmission();
  const files = useDirectory();
  let nodes: { readonly vault: PublicKey; readonly wallet: PublicKey };

  /** Runs a command that prints one JSON object, on the test's network. */
  async function run<T>(...args: readonly string[]): Promise<T> {
    let written = '';
    const program = createProgram({
      width: 200,
      write: (text) => {
        written += text;
      },
      openTransport: () => test.market.network.transport,
    });
    await program.parseAsync([...args, '--json'], { from: 'user' });
    return JSON.parse(written) as T;
  }

  /** IO of the reserve: nobody else can make any. */
  const fund = async (client: Client, amount: bigint): Promise<void> => {
    const { market } = test;
    const { ioMint } = market.deployment;
    const create = createTokenAccountInstruction(client.payer, ioMint, client.payer);
    await client.send({ instructions: [create], signers: [], accounts: {} });
    await transferTokens(market, ioMint, testKeypair('reserve'), tokenAddress(ioMint, client.payer), amount);
  };

  beforeEach(async () => {
    const { market } = test;
    await fund(market.owner, 10n ** 13n);
    await fund(market.buyer, 10n ** 13n);
    // One that leaves its destination to the rules, and one whose rewards go past its delegators to a wallet.
    nodes = {
      vault: await market.registerNode({ id: 0, deviceCount: 1 }),
      wallet: await market.registerNode({ id: 1, deviceCount: 1 }),
    };
  });

  /** The events of an epoch that ends at `end`, in which both nodes are idle. */
  function eventsOf(end: bigint, budget: bigint, paid: readonly string[] = []): string[] {
    const { deployment } = test.market;
    const tag = Buffer.from(deployment.clusterTag).toString('hex');
    const places = [deployment.programs.emission, pda.emission.pool(deployment, kind)].join(',');
    const start = end - HOUR;
    const wallet = tokenAddress(deployment.ioMint, test.market.owner.payer);
    const proofs = [3n, 2n, 1n, 0n].map((hours) => `+${end - 60n - hours * HOUR}`).join('');
    const idle = Object.values(nodes).flatMap((node) => [
      `beats,${node.toBase58()},${'f'.repeat(15)}`,
      `proofs,${node.toBase58()},0,${proofs}`,
      `speed,${node.toBase58()},${start},900,400`,
    ]);
    return [
      ...idle,
      `node,${nodes.vault.toBase58()},,1,1000`,
      `node,${nodes.wallet.toBase58()},${wallet.toBase58()},1,3000`,
      ...paid,
      `epoch,ionet:idle-reward:v1,${tag},${places},${epochOf(end)},${start},${budget}`,
    ];
  }

  let startsAt = 0n;
  const epochOf = (end: bigint): bigint => (end - startsAt) / HOUR;

  /** Builds the root of an epoch with the command, and has the oracles post what it wrote. */
  async function post(epoch: bigint, paid: readonly string[] = []): Promise<EpochJson> {
    const { market } = test;
    const { deployment, anyone, oracles } = market;
    await advanceTo(market, epoch);
    const schedule = await test.schedule();
    const pool = await test.pool(kind);
    startsAt = schedule.startsAt;
    const [last] = pool.finalRoots;
    const budget = highestRootTotal(schedule, pool, epoch) - (last?.total ?? 0n);
    const file = files.write('events.csv', eventsOf(startsAt + epoch * HOUR, budget, paid));
    const built = await run<EpochJson>('rewards', 'build', '--file', file, '--out', files.path('root'));
    const root = {
      version: pool.lastVersion + 1n,
      epoch: BigInt(built.epoch),
      root: Buffer.from(built.root ?? '', 'hex'),
      total: BigInt(built.total),
      inputHash: Buffer.from(built.inputHash, 'hex'),
      formulaId: Buffer.from(built.formulaHash, 'hex'),
      expiresAt: market.network.now() + 60n,
    };
    const place = pda.emission.pool(deployment, kind);
    const message = rewardRootMessage(deployment, {
      ...root,
      pool: place,
      setVersion: schedule.oracles.version,
    });
    // Each signs on its own machine; anyone posts.
    const signatures = oracles.slice(1).map((oracle) => signMessage(message, oracle));
    await anyone.emission.postRoot({ kind, ...root, signatures });
    market.warpBy(FINALIZATION_DELAY);
    await anyone.emission.finalizeRoot({ kind });
    return built;
  }

  const proofOf = (node: PublicKey): Promise<ProofJson> =>
    run<ProofJson>('rewards', 'proof', '--dir', files.path('root'), '--node', node.toBase58());

  const claim = async (node: PublicKey, proof: ProofJson): Promise<bigint> => {
    const { lastVersion } = await test.pool(kind);
    const { events } = await test.market.anyone.emission.claimReward({
      kind,
      version: lastVersion,
      node,
      cumulative: BigInt(proof.cumulative),
      destination: new PublicKey(proof.destination),
      proof: Buffer.from(proof.proof, 'hex'),
    });
    return eventOf(events, 'emission', 'rewardClaimed').amount;
  };

  it('pays what io rewards built and proved, and harvest shares what came to the reward vault', async () => {
    const { market } = test;
    const { deployment, network } = market;
    const { staking } = market.anyone.accounts;
    const { ownStake } = await staking.node.fetch(nodes.vault);
    await market.buyer.staking.delegate({ node: nodes.vault, amount: ownStake });
    await market.buyer.staking.delegate({ node: nodes.wallet, amount: ownStake });
    market.warpBy(DAY);
    for (const node of Object.values(nodes)) {
      await market.anyone.staking.activateDelegation({ node, delegator: market.buyer.payer });
    }
    const epoch = epochAt(await test.schedule(), network.now());
    const built = await post(epoch);
    const released = releasedBy(await test.schedule(), kind, epoch);
    expect(built).to.include({ epoch: Number(epoch), leaves: 2, earning: 2 });
    expect(BigInt(built.total) <= released).to.equal(true);

    const own = await proofOf(nodes.vault);
    expect(own.destination).to.equal(pda.staking.rewardVault(deployment, nodes.vault).toBase58());
    const reward = await claim(nodes.vault, own);
    expect(reward).to.equal(BigInt(built.total) / 4n);
    const { events } = await market.anyone.staking.harvest({ node: nodes.vault });
    expect(eventOf(events, 'staking', 'rewardsHarvested')).to.deep.include({
      amount: reward,
      delegators: reward / 2n,
      owner: reward - reward / 2n,
    });
    const before = market.balances(market.buyer.payer).io;
    await market.buyer.staking.claimRewards({ node: nodes.vault });
    // The fraction of a unit that does not divide by shares is still theirs, and paid with a later one.
    const shared = market.balances(market.buyer.payer).io - before;
    expect([reward / 2n, reward / 2n - 1n]).to.include(shared);

    // What a registration names is paid as it says, and nothing of it comes to the delegators.
    const named = await proofOf(nodes.wallet);
    const owned = market.balances(market.owner.payer).io;
    expect(await claim(nodes.wallet, named)).to.equal(BigInt(named.cumulative));
    expect(market.balances(market.owner.payer).io - owned).to.equal(BigInt(named.cumulative));
    expect(tokenBalance(network, pda.staking.rewardVault(deployment, nodes.wallet))).to.equal(0n);
  });

  it('adds the next epoch to what the last root said, and refuses the proof of another root', async () => {
    const { market } = test;
    const first = await post(2n);
    const old = await proofOf(nodes.vault);
    const paid = await Promise.all(
      Object.values(nodes).map(async (node) => {
        const { destination, cumulative } = await proofOf(node);
        return `paid,${node.toBase58()},${destination},${cumulative}`;
      }),
    );
    const reward = await claim(nodes.vault, old);
    const second = await post(10n, paid);
    expect(BigInt(second.total)).to.equal(BigInt(first.total) + BigInt(second.added));
    const proof = await proofOf(nodes.vault);
    await expectRefused(market, () => claim(nodes.vault, old), 'emission', 'InvalidProof');
    expect(await claim(nodes.vault, proof)).to.equal(BigInt(proof.cumulative) - reward);
  });

  it('is claimed by io rewards claim: once, by anyone, and on from where it was stopped', async () => {
    const { market } = test;
    const built = await post(2n);
    const keypair = files.write('keypair.json', [JSON.stringify([...testKeypair('anyone').secretKey])]);
    const dir = files.path('root');
    const command = (...args: string[]): Promise<RewardClaimJson> =>
      run('rewards', 'claim', '--dir', dir, '--keypair', keypair, '--yes', ...args);
    const { cumulative } = await proofOf(nodes.vault);
    const one = await command('--node', nodes.vault.toBase58());
    expect(one).to.deep.equal({ paid: 1, amount: cumulative, paidBefore: 0, failed: [] });
    const rest = BigInt(built.total) - BigInt(cumulative);
    // The owner's token account is given away and opened again: only that claim waits.
    const { ioMint } = market.deployment;
    await closeTokenAccount(market, ioMint, testKeypair('owner'), tokenAddress(ioMint, market.buyer.payer));
    const refused = await command('--all').catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Error).and.have.property('message', '1 claim could not be paid');
    const owner = market.owner.payer;
    const create = createTokenAccountInstruction(owner, ioMint, owner);
    await market.owner.send({ instructions: [create], signers: [], accounts: {} });
    expect(await command('--all')).to.deep.equal({
      paid: 1,
      amount: rest.toString(),
      paidBefore: 1,
      failed: [],
    });
    expect(market.balances(owner).io).to.equal(rest);
    expect(await command('--all')).to.deep.include({ paid: 0, amount: '0', paidBefore: 2 });
  });

  it('is not claimed before its root is final, nor by leaves that are not its own', async () => {
    await post(2n);
    const keypair = files.write('keypair.json', [JSON.stringify([...testKeypair('anyone').secretKey])]);
    const problem = async (...args: string[]): Promise<string> =>
      String(
        await run('rewards', 'claim', '--keypair', keypair, '--yes', ...args).catch(
          (error: unknown) => error,
        ),
      );
    // Another epoch's, of which nobody has posted the root.
    const file = files.write('events.csv', eventsOf(startsAt + 3n * HOUR, 1_000n));
    await run('rewards', 'build', '--file', file, '--out', files.path('next'));
    expect(await problem('--dir', files.path('next'), '--all')).to.match(
      /has no final root .* wait until it is final/,
    );
    copyFileSync(join(files.path('next'), 'leaves.bin'), join(files.path('root'), 'leaves.bin'));
    expect(await problem('--dir', files.path('root'), '--all')).to.match(/build it anew/);
    expect(await problem('--dir', files.path('next'), '--node', 'x')).to.match(/must be an address/);
    expect(await problem('--dir', files.path('next'))).to.match(/name nodes by --node, or all of them/);
  });
});
