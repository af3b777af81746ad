import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { findComputeSeason, parseIo } from '@ionet/sdk';
import { writeEventFile } from '../../bench/points-events.js';
import { buildAirdrop } from '../../scripts/lib/airdrop/build.js';
import { type AirdropManifest, readLeaves, readManifest } from '../../scripts/lib/airdrop/manifest.js';
import { loadProofs } from '../../scripts/lib/airdrop/proofs.js';
import { referencePoints } from '../../scripts/lib/airdrop/reference.js';
import { verifyAirdrop } from '../../scripts/lib/airdrop/verify.js';
import { createProgram } from '../../scripts/io/program.js';
import { useDirectory, walletOf } from '../harness/points.js';
import { io } from './spawn.js';

const PROGRAM = '9g1q3L2LWLfvqGqJLgzNEeyMwQTf6Y292Qd9porfnAyP';

async function call(...args: string[]): Promise<string> {
  let written = '';
  const program = createProgram({
    width: 100,
    write: (text) => {
      written += text;
    },
  });
  await program.parseAsync(['airdrop', ...args], { from: 'user' });
  return written;
}

async function problemOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : '';
}

describe('io airdrop', () => {
  const files = useDirectory();
  const lines = (count: number): string[] =>
    Array.from({ length: count }, (_, number) => `${walletOf(number)},${number * 3}`);
  const build = (points: readonly string[], pool = parseIo('1000'), season = 0): Promise<AirdropManifest> =>
    buildAirdrop({ pool, points: files.write('points.csv', points), season, out: files.path('out') });

  describe('build', () => {
    it('prints root, leaves, total, remainder and ratio and nothing else', () => {
      const points = files.write('points.csv', [
        `${walletOf(1)},600`,
        `${walletOf(2)},300`,
        `${walletOf(3)},0`,
      ]);
      const out = files.path('out');
      const { code, stdout, stderr } = io(
        'airdrop',
        'build',
        '--pool',
        '10',
        '--points',
        points,
        '--out',
        out,
        '--json',
      );
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const json = JSON.parse(stdout) as Record<string, unknown>;
      expect(Object.keys(json)).to.deep.equal(['root', 'leaves', 'total', 'remainder', 'ratio']);
      expect(json).to.include({ leaves: 2, total: '999999999', remainder: '1', ratio: 90 });
      expect(json['root']).to.match(/^[0-9a-f]{64}$/);
      expect(stdout.trimEnd()).to.not.contain('\n');
    });

    it('writes leaves in the order of wallets, totals by shard, hashes and a report', async () => {
      const manifest = await build(lines(50), parseIo('1000'), 7);
      expect(readManifest(files.path('out'))).to.deep.equal(manifest);
      const seed = Buffer.from([7, 0, 0, 0]);
      const [season] = PublicKey.findProgramAddressSync(
        [Buffer.from('season'), seed],
        new PublicKey(PROGRAM),
      );
      expect(manifest).to.deep.include({
        program: PROGRAM,
        season: { id: 7, address: season.toBase58() },
        leaves: 49,
        depth: 6,
        points: '3675',
        shards: [{ index: 0, firstLeaf: 0, leaves: 49, total: manifest.total }],
      });
      const leaves = [];
      for await (const leaf of readLeaves(files.path('out'))) leaves.push(leaf);
      const wallets = leaves.map(({ wallet }) => new PublicKey(wallet).toBuffer());
      expect(wallets).to.deep.equal([...wallets].sort((a, b) => Buffer.compare(a, b)));
      expect(leaves.map(({ index }) => index)).to.deep.equal(leaves.map((_, index) => index));
      expect(leaves.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(BigInt(manifest.total));
      expect(readdirSync(files.path('out')).sort()).to.deep.equal([
        'airdrop.json',
        'leaves.csv',
        'report.md',
      ]);
      const report = readFileSync(files.path('out/report.md'), 'utf8');
      expect(report)
        .to.contain(manifest.root)
        .and.contain(manifest.inputsHash)
        .and.contain('| pool | 1,000.00000000 IO |');
    });

    it('divides more leaves than a shard holds', async () => {
      const { shards, leaves, total, depth } = await build(lines(65_600), parseIo('1000000'));
      expect({ leaves, depth }).to.deep.equal({ leaves: 65_599, depth: 17 });
      expect(shards.map(({ index, firstLeaf, leaves }) => [index, firstLeaf, leaves])).to.deep.equal([
        [0, 0, 65_536],
        [1, 65_536, 63],
      ]);
      expect(shards.reduce((sum, shard) => sum + BigInt(shard.total), 0n)).to.equal(BigInt(total));
    });

    it('of another season is another root', async () => {
      const [one, other] = [await build(lines(5), 10n ** 9n, 1), await build(lines(5), 10n ** 9n, 2)];
      expect(one.root).to.not.equal(other.root);
    });

    it('gives the same for any order of lines, and pool = total + remainder, as the reference says', async () => {
      const wallets = fc.uniqueArray(fc.tuple(fc.nat(500), fc.nat(1_000_000)), {
        minLength: 1,
        maxLength: 20,
        selector: ([wallet]) => wallet,
      });
      await fc.assert(
        fc.asyncProperty(
          wallets,
          fc.bigInt({ min: 1n, max: 10n ** 17n }),
          fc.nat(),
          async (rows, pool, turn) => {
            fc.pre(rows.some(([, points]) => points > 0) && pool > 20_000_000n);
            const text = rows.map(([wallet, points]) => `${walletOf(wallet)},${points}`);
            const manifest = await build(text, pool);
            const at = turn % text.length;
            expect(await build([...text.slice(at), ...text.slice(0, at)], pool)).to.deep.equal(manifest);
            expect(BigInt(manifest.total) + BigInt(manifest.remainder)).to.equal(pool);
            const points = await referencePoints(files.path('points.csv'));
            expect(await verifyAirdrop(files.path('out'), points)).to.deep.equal({
              root: manifest.root,
              leaves: manifest.leaves,
              difference: null,
            });
          },
        ),
        { numRuns: 30 },
      );
    });

    it('takes pool and id of a named season', async () => {
      const points = files.write('points.csv', lines(3));
      const args = ['build', '--season', 'season-2-gpu', '--points', points, '--out', files.path('out')];
      const text = await call(...args);
      expect(text)
        .to.match(/^the pool +7,125,000\.00000000$/m)
        .and.match(/2 leaves of season 3/);
      expect(await call(...args, '--pool', '7125000')).to.equal(text);
      expect(await problemOf(call(...args, '--pool', '7125001'))).to.match(
        /not what season-2-gpu has, 7,125,000 IO/,
      );
    });

    it('refuses a points file with everything that is wrong in it, and writes nothing', async () => {
      const points = files.write('points.csv', [
        ...lines(2),
        'nobody,1',
        walletOf(1) + ',7',
        `${walletOf(9)},-1`,
      ]);
      const problem = await problemOf(
        call('build', '--pool', '1', '--points', points, '--out', files.path('out')),
      );
      expect(problem).to.match(/points\.csv:2: the wallet stands on lines 2, 4/);
      expect(problem).to.match(/points\.csv:3: the wallet is not an address/);
      expect(problem).to.match(/points\.csv:4: .*\n.*points\.csv:5: the points are not a whole number/);
      expect(() => readdirSync(files.path('out'))).to.throw(/no such file/);
    });

    it('refuses points of which nobody gets a base unit', async () => {
      expect(await problemOf(build(lines(4), 1n))).to.match(/nobody gets a whole base unit/);
    });

    for (const [name, args, sentence] of [
      ['no pool', ['--season', '3'], /--pool is needed/],
      ['an empty pool', ['--pool', '0'], /--pool must be above 0/],
      ['a pool of 9 decimals', ['--pool', '1.123456789'], /--pool .*at most 8/],
      ['an id that is too large', ['--pool', '1', '--season', '4294967296'], /--season must be an id/],
      ['a name that is none', ['--pool', '1', '--season', 'season-9-gpu'], /--season must be .*season-1-gpu/],
    ] as const) {
      it(`refuses ${name}`, async () => {
        const problem = await problemOf(call('build', ...args, '--points', 'x', '--out', files.path('out')));
        expect(problem).to.match(sentence);
      });
    }
  });

  describe('proofs', () => {
    const combine = async (leaf: Uint8Array, proof: Uint8Array): Promise<string> => {
      const { createHash } = await import('node:crypto');
      let node = Buffer.from(leaf);
      for (let at = 0; at < proof.length; at += 32) {
        const pair = [node, Buffer.from(proof.subarray(at, at + 32))].sort((a, b) => Buffer.compare(a, b));
        node = createHash('sha256').update(Buffer.of(1)).update(Buffer.concat(pair)).digest();
      }
      return node.toString('hex');
    };

    for (const count of [2, 3, 6, 9, 34]) {
      it(`of each of ${count - 1} leaves lead to the root`, async () => {
        const { createHash } = await import('node:crypto');
        const { root, season } = await build(lines(count));
        const proofs = await loadProofs(files.path('out'));
        expect(proofs.leaves).to.have.length(count - 1);
        for (const { index, wallet, amount } of proofs.leaves) {
          const numbers = Buffer.alloc(12);
          numbers.writeUInt32LE(index);
          numbers.writeBigUInt64LE(amount, 4);
          const leaf = createHash('sha256')
            .update(Buffer.concat([Buffer.of(0), Buffer.from('ionet:airdrop:v1')]))
            .update(new PublicKey(PROGRAM).toBuffer())
            .update(new PublicKey(season.address).toBuffer())
            .update(numbers.subarray(0, 4))
            .update(new PublicKey(wallet).toBuffer())
            .update(numbers.subarray(4))
            .digest();
          expect(await combine(leaf, proofs.at(index).proof)).to.equal(root);
          expect(proofs.find(wallet)).to.deep.equal(proofs.at(index));
        }
        expect(proofs.find(walletOf(10_000))).to.equal(undefined);
        expect(() => proofs.at(count)).to.throw(/has no leaf/);
      });
    }

    it('are refused where the leaves are not those of the root', async () => {
      await build(lines(9));
      const file = files.path('out/leaves.csv');
      const text = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        text.replace(/(\d)\n$/, (_, digit: string) => `${(Number(digit) + 1) % 10}\n`),
      );
      expect(await problemOf(loadProofs(files.path('out')))).to.match(/do not lead to the root/);
      writeFileSync(file, text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1));
      expect(await problemOf(loadProofs(files.path('out')))).to.match(/has 7 leaves, not 8/);
      appendFileSync(file, 'x\n');
      expect(await problemOf(loadProofs(files.path('out')))).to.match(
        /leaves\.csv:9: the line is not index,wallet,amount/,
      );
      rmSync(files.path('out/airdrop.json'));
      expect(await problemOf(loadProofs(files.path('out')))).to.match(/holds no complete build/);
    });
  });

  describe('verify', () => {
    it('says yes to a build from its points', async () => {
      const { root } = await build(lines(20));
      const args = ['verify', '--dir', files.path('out'), '--points', files.path('points.csv')];
      expect(await call(...args)).to.equal(`all 19 leaves and root ${root} follow from the inputs\n`);
      const json: unknown = JSON.parse(await call(...args, '--json'));
      expect(json).to.deep.equal({ valid: true, root, leaves: 19, difference: null });
    });

    it('names the leaf that differs, and exits with 1', async () => {
      await build(lines(20));
      const file = files.path('out/leaves.csv');
      const rows = readFileSync(file, 'utf8').split('\n');
      const [index = '', wallet = '', amount = ''] = rows[6]!.split(',');
      rows[6] = [index, wallet, (BigInt(amount) + 1n).toString()].join(',');
      writeFileSync(file, rows.join('\n'));
      const args = ['airdrop', 'verify', '--dir', files.path('out'), '--points', files.path('points.csv')];
      const { code, stdout, stderr } = io(...args, '--json');
      expect(code).to.equal(1);
      expect(stderr).to.match(/^io: [^\n]*leaf 5 should be [^\n]+ and is [^\n]+\n$/);
      expect(JSON.parse(stdout)).to.deep.include({
        valid: false,
        difference: { where: 'leaf 5', expected: `5,${wallet},${amount}`, found: rows[6] },
      });
    });

    it('names a leaf that is missing, one too many, and a root, a total or a hash that is wrong', async () => {
      const manifest = await build(lines(20));
      const points = await referencePoints(files.path('points.csv'));
      const where = async (): Promise<string | undefined> =>
        (await verifyAirdrop(files.path('out'), points)).difference?.where;
      const leaves = readFileSync(files.path('out/leaves.csv'), 'utf8');
      writeFileSync(files.path('out/leaves.csv'), leaves.split('\n').slice(0, -2).join('\n'));
      expect(await where()).to.equal('leaf 18');
      writeFileSync(files.path('out/leaves.csv'), `${leaves}19,${walletOf(99)},1\n`);
      expect(await where()).to.equal('leaf 19');
      writeFileSync(files.path('out/leaves.csv'), leaves);
      for (const [name, change] of [
        ['root', { root: '0'.repeat(64) }],
        ['total', { total: '1' }],
        ['remainder', { remainder: '5' }],
        ['points', { points: '1' }],
        ['ratio', { ratio: 1 }],
        ['hash of the inputs', { inputsHash: '0'.repeat(64) }],
        ['shards', { shards: [{ ...manifest.shards[0]!, total: '1' }] }],
        ['number of leaves', { leaves: 18 }],
        ['leaf 0', { pool: '99900000000' }],
        ['root', { season: { id: 1, address: walletOf(1) } }],
      ] as const) {
        writeFileSync(files.path('out/airdrop.json'), JSON.stringify({ ...manifest, ...change }));
        expect(await where()).to.equal(name);
      }
      writeFileSync(files.path('out/airdrop.json'), JSON.stringify({ ...manifest, leaves: 0 }));
      expect(await problemOf(where())).to.match(/airdrop\.json: .*leaves/s);
    });

    it('goes back to the events, by other code than scored them', async () => {
      const events = files.path('events.csv');
      writeEventFile(events, { events: 3_000, devices: 20, season: findComputeSeason(2), seed: 5 });
      const scores = ['points', 'score', '--season', '2', '--events', events, '--out', files.path('s.csv')];
      const program = createProgram({ width: 80, write: () => undefined });
      await program.parseAsync(scores, { from: 'user' });
      const points = files.path('s.gpu.csv');
      const out = files.path('out');
      await call('build', '--season', 'season-2-gpu', '--points', points, '--out', out);
      const args = ['verify', '--dir', out, '--events', events, '--season', 'season-2-gpu'];
      expect(await call(...args)).to.match(/follow from the inputs/);
      expect(await call(...args, '--points', points)).to.match(/follow from the inputs/);
      writeFileSync(points, readFileSync(points, 'utf8').replace(/(\d)\n$/, '$15\n'));
      expect(await problemOf(call(...args, '--points', points))).to.match(
        /s\.gpu\.csv: \w+ should have \d+ points/,
      );
      expect(await problemOf(call(...args.slice(0, -1), 'season-2'))).to.match(
        /--season must be one of season-1-gpu/,
      );
      expect(await problemOf(call('verify', '--dir', out))).to.match(/give --points, --events or both/);
    });
  });
});
