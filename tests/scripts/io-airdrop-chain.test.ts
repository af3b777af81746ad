import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { airdrop, parseIo, pda, tokenAddress, type Transport } from '@ionet/sdk';
import { testKeypair, tokenBalance } from '@ionet/sdk/testing';
import { readManifest } from '../../scripts/lib/airdrop/manifest.js';
import { loadProofs } from '../../scripts/lib/airdrop/proofs.js';
import { createProgram } from '../../scripts/io/program.js';
import type { ClaimJson } from '../../scripts/io/commands/airdrop/claim.js';
import type { PublishJson } from '../../scripts/io/commands/airdrop/publish.js';
import type { ClaimStatusJson, SeasonJson } from '../../scripts/io/commands/airdrop/status.js';
import { claimant, DAY, paidClaims } from '../harness/airdrop.js';
import { useMarket } from '../harness/market.js';
import { useDirectory } from '../harness/points.js';
import { handOver } from '../harness/token-accounts.js';

const CLAIMANTS = 23;

describe('io airdrop on a network', () => {
  const test = useMarket();
  const files = useDirectory();
  const wallets = Array.from({ length: CLAIMANTS }, (_, index) => claimant(index).publicKey);
  const refundWallet = testKeypair('refund wallet').publicKey;
  let out: string;

  /** What a command prints. It reaches the test's network, which may be made to fail. */
  async function io(
    args: readonly string[],
    transport: Transport = test.market.network.transport,
  ): Promise<string> {
    let written = '';
    const program = createProgram({
      width: 200,
      write: (text) => {
        written += text;
      },
      openTransport: () => transport,
    });
    await program.parseAsync(['airdrop', ...args], { from: 'user' });
    return written;
  }
  const keypairFile = (key: Keypair): string =>
    files.write('keypair.json', [JSON.stringify([...key.secretKey])]);
  const run = async <T>(key: Keypair, args: readonly string[], transport?: Transport): Promise<T> =>
    JSON.parse(await io([...args, '--keypair', keypairFile(key), '--json'], transport)) as T;
  const endsAt = (): string => (test.market.network.now() + BigInt(30 * DAY)).toString();
  const publishArgs = (): string[] => [
    ...['publish', '--dir', out, '--kind', 'gpu', '--name', 'A test', '--ends-at', endsAt()],
    ...['--refund-wallet', refundWallet.toBase58(), '--yes'],
  ];
  const publish = (transport?: Transport): Promise<PublishJson> =>
    run(testKeypair('admin'), publishArgs(), transport);
  const claim = (...args: string[]): Promise<ClaimJson> =>
    run(testKeypair('anyone'), ['claim', '--dir', out, '--yes', ...args]);
  const received = (): bigint[] =>
    wallets.map((wallet) =>
      tokenBalance(test.market.network, tokenAddress(test.market.deployment.ioMint, wallet)),
    );
  const problemOf = async (promise: Promise<unknown>): Promise<string> => {
    const error: unknown = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    return error instanceof Error ? error.message : '';
  };

  beforeEach(async () => {
    const lines = wallets.map((wallet, index) => `${wallet.toBase58()},${(index + 1) * 10}`);
    out = files.path('out');
    const points = files.write('points.csv', lines);
    await io(['build', '--season', '77', '--pool', '1000', '--points', points, '--out', out]);
    await test.market.fund(test.market.admin.payer, { io: parseIo('1000') });
  });

  it('publishes a build, pays all its claims, and says so', async () => {
    const { market } = test;
    const published = await publish();
    const season = pda.airdrop.season(market.deployment, 77);
    expect(published).to.include({ season: season.toBase58(), created: true, shardsOpened: 1 });
    const manifest = readManifest(out);
    const stored = await market.anyone.accounts.airdrop.season.fetch(season);
    expect(Buffer.from(stored.root).toString('hex')).to.equal(manifest.root);
    expect([stored.amount, stored.totalPoints, stored.leaves]).to.deep.equal([
      BigInt(manifest.pool),
      BigInt(manifest.points),
      CLAIMANTS,
    ]);
    const summary = await claim('--all');
    expect(summary).to.deep.equal({ paid: CLAIMANTS, amount: manifest.total, paidBefore: 0, failed: [] });
    const { leaves } = await loadProofs(out);
    const due = new Map(leaves.map(({ wallet, amount }) => [wallet, amount]));
    expect(received()).to.deep.equal(wallets.map((wallet) => due.get(wallet.toBase58())));
    const { seasons } = await run<{ seasons: SeasonJson[] }>(testKeypair('anyone'), ['status']);
    expect(seasons).to.deep.equal([
      {
        id: 77,
        season: season.toBase58(),
        name: 'A test',
        kind: 'gpu',
        phase: 'open',
        startsAt: stored.startsAt.toString(),
        endsAt: stored.endsAt.toString(),
        amount: manifest.pool,
        claimed: manifest.total,
        claims: CLAIMANTS,
        leaves: CLAIMANTS,
        openShards: 1,
        shards: 1,
      },
    ]);
  });

  it('packs several claims into a transaction', async () => {
    const { market } = test;
    await publish();
    let transactions = 0;
    const { transport } = market.network;
    const counting: Transport = {
      ...transport,
      execute: (...args) => {
        transactions += 1;
        return transport.execute(...args);
      },
    };
    await run(testKeypair('anyone'), ['claim', '--dir', out, '--all', '--yes'], counting);
    expect(transactions).to.be.lessThan(CLAIMANTS);
    expect(paidClaims(market, pda.airdrop.season(market.deployment, 77))).to.have.length(CLAIMANTS);
  });

  it('claims the leaf of the signer, or those of wallets that are named, and says what is paid', async () => {
    await publish();
    const own: ClaimJson = await (async () => {
      const key = claimant(4);
      test.market.network.airdrop(key.publicKey, 10n ** 9n);
      return run<ClaimJson>(key, ['claim', '--dir', out, '--yes']);
    })();
    expect(own.paid).to.equal(1);
    const named = [wallets[7]!, wallets[4]!].map((wallet) => wallet.toBase58());
    expect(await claim('--wallet', ...named)).to.include({ paid: 1, paidBefore: 1 });
    const status = ['status', '--dir', out, '--wallet', wallets[7]!.toBase58(), wallets[8]!.toBase58()];
    const { claims } = await run<{ claims: ClaimStatusJson[] }>(testKeypair('anyone'), status);
    expect(new Map(claims.map((one) => [one.wallet, one.status]))).to.deep.equal(
      new Map([
        [wallets[7]!.toBase58(), 'paid'],
        [wallets[8]!.toBase58(), 'unpaid'],
      ]),
    );
    const stranger = testKeypair('stranger').publicKey.toBase58();
    expect(await problemOf(claim('--wallet', stranger))).to.contain(`${stranger} has no leaf`);
  });

  it('goes on where it was stopped, publishing and claiming', async () => {
    const { market } = test;
    const { transport } = market.network;
    /** A network that is gone after so many transactions. */
    const stopsAfter = (count: number): Transport => {
      let left = count;
      return {
        ...transport,
        execute: (...args) => {
          left -= 1;
          if (left < 0) throw new Error('the network is gone');
          return transport.execute(...args);
        },
      };
    };
    expect(await problemOf(publish(stopsAfter(1)))).to.equal('the network is gone');
    expect(await publish()).to.include({ created: false, shardsOpened: 1 });
    expect(await publish()).to.deep.include({ created: false, shardsOpened: 0, signatures: [] });
    const all = ['claim', '--dir', out, '--all', '--yes', '--parallel', '1'];
    const half = run(testKeypair('anyone'), all, stopsAfter(3));
    expect(await problemOf(half)).to.equal('the network is gone');
    const season = pda.airdrop.season(market.deployment, 77);
    const before = paidClaims(market, season).length;
    expect(before).to.be.within(3, CLAIMANTS - 1);
    expect(await claim('--all')).to.include({ paid: CLAIMANTS - before, paidBefore: before });
    const total = received().reduce((sum, amount) => sum + amount, 0n);
    expect(total).to.equal(BigInt(readManifest(out).total));
  });

  it('lets a claim that is refused hold up no other', async () => {
    const { market } = test;
    await publish();
    const refused = claimant(3);
    await market.fund(refused.publicKey, {});
    const account = tokenAddress(market.deployment.ioMint, refused.publicKey);
    await handOver(market, account, refused, market.buyer.payer);
    let text = '';
    const program = createProgram({
      width: 200,
      write: (more) => {
        text += more;
      },
      openTransport: () => market.network.transport,
    });
    const file = keypairFile(testKeypair('anyone'));
    const args = ['airdrop', 'claim', '--dir', out, '--all', '--yes', '--json', '--keypair', file];
    expect(await problemOf(program.parseAsync(args, { from: 'user' }))).to.equal('1 claim could not be paid');
    const summary = JSON.parse(text) as ClaimJson;
    expect(summary.paid).to.equal(CLAIMANTS - 1);
    expect(summary.failed.map(({ wallet }) => wallet)).to.deep.equal([refused.publicKey.toBase58()]);
    expect(summary.failed[0]?.reason).to.contain('does not belong to the wallet');
  });

  it('refuses to publish over a season that is another one', async () => {
    const { market } = test;
    await publish();
    const points = files.write('points.csv', [`${wallets[0]!.toBase58()},1`]);
    await io(['build', '--season', '77', '--pool', '1000', '--points', points, '--out', out]);
    expect(await problemOf(publish())).to.contain('season 77 exists and is another one');
    const season = await market.admin.accounts.airdrop.season.fetch(
      pda.airdrop.season(market.deployment, 77),
    );
    expect(season.leaves).to.equal(CLAIMANTS);
  });

  it('refuses leaves that do not lead to the root, before any IO moves', async () => {
    const { market } = test;
    const { leaves } = await loadProofs(out);
    const changed = leaves.map(
      ({ index, wallet, amount }) => `${index},${wallet},${index === 2 ? 1n : amount}`,
    );
    files.write('out/leaves.csv', ['index,wallet,amount', ...changed]);
    expect(await problemOf(publish())).to.contain('do not lead to the root');
    expect(market.network.getAccount(pda.airdrop.season(market.deployment, 77))).to.equal(null);
  });

  it('opens a shard that is missing before it claims', async () => {
    const { market } = test;
    const manifest = readManifest(out);
    await market.admin.airdrop.createSeason({
      id: 77,
      kind: 'gpu',
      name: 'A test',
      amount: BigInt(manifest.pool),
      totalPoints: BigInt(manifest.points),
      root: Uint8Array.from(Buffer.from(manifest.root, 'hex')),
      leaves: manifest.leaves,
      formulaHash: new Uint8Array(32),
      inputsHash: new Uint8Array(32),
      startsAt: market.network.now(),
      endsAt: BigInt(endsAt()),
    } satisfies airdrop.CreateSeasonArgs);
    expect(await claim('--wallet', wallets[0]!.toBase58())).to.include({ paid: 1 });
  });

  it('says what is wrong with its options', async () => {
    const cases: [readonly string[], RegExp][] = [
      [['claim', '--dir', out, '--keypair', files.path('missing.json')], /--keypair.*cannot be read/],
      [['claim', '--dir', out, '--keypair', files.write('bad.json', ['[1,2]'])], /--keypair.*is no keypair/],
      [['claim', '--dir', out, '--keypair', files.write('no.json', ['{'])], /--keypair.*is not JSON/],
    ];
    for (const [args, problem] of cases) expect(await problemOf(io(args))).to.match(problem);
    const key = testKeypair('anyone');
    const others: [readonly string[], RegExp][] = [
      [['claim', '--dir', out, '--parallel', '0'], /--parallel must be/],
      [['claim', '--dir', out, '--wallet', 'x'], /--wallet must be an address/],
      [['status', '--wallet', PublicKey.default.toBase58()], /--dir is needed/],
      [['status', '--deployment', files.write('d.json', ['{}'])], /--deployment/],
      [[...publishArgs(), '--kind', 'tpu'], /--kind must be one of/],
      [[...publishArgs(), '--starts-at', 'soon'], /--starts-at must be a date/],
    ];
    for (const [args, problem] of others) expect(await problemOf(run(key, args))).to.match(problem);
  });
});
