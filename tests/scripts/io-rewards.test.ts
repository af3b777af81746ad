import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { encodeLeaves, rewardLeaf, rewardLeafAt, rewardLeaves, verifyProof } from '@ionet/sdk';
import type { VerifyEpochJson } from '../../scripts/io/commands/verify-epoch.js';
import { createProgram } from '../../scripts/io/program.js';
import { UsageError } from '../../scripts/io/usage-error.js';
import type { EpochJson } from '../../scripts/lib/epoch-files.js';
import { address, earning, header, rewardsOf } from '../harness/epoch-events.js';
import { io } from './spawn.js';

const LINES = [header(1_000n), ...earning('a', 100), ...earning('b', 200), ...earning('c', 400)];

interface Called {
  readonly written: string;
  readonly warned: string;
  readonly error: unknown;
}

/** Runs a command in this process. */
async function call(...args: string[]): Promise<Called> {
  let [written, warned] = ['', ''];
  const program = createProgram({
    width: 200,
    write: (text) => {
      written += text;
    },
    warn: (text) => {
      warned += text;
    },
  });
  const error: unknown = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { written, warned, error };
}

describe('io rewards and io verify-epoch', () => {
  let directory = '';
  const path = (name: string): string => join(directory, name);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ionet-rewards-'));
    writeFileSync(path('events.csv'), LINES.join('\n'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  async function build(): Promise<EpochJson> {
    const { written, error } = await call(
      'rewards',
      'build',
      '--file',
      path('events.csv'),
      '--out',
      path('7'),
      '--json',
    );
    expect(error).to.equal(undefined);
    return JSON.parse(written) as EpochJson;
  }

  it('builds what the oracles post, and says yes to it from files in another order', async () => {
    const built = await build();
    expect(built).to.include({
      epoch: 7,
      pool: address('pool'),
      total: '998',
      added: '998',
      leaves: 3,
      earning: 3,
    });
    expect(JSON.parse(readFileSync(path('7/epoch.json'), 'utf8'))).to.deep.equal(built);
    writeFileSync(path('1.csv'), LINES.slice(6).reverse().join('\n'));
    writeFileSync(path('2.csv'), LINES.slice(0, 8).join('\r\n'));
    const files = ['--file', path('1.csv'), path('2.csv')];
    const verified = await call('verify-epoch', ...files, '--root', built.root!, '--json');
    expect(verified.error).to.equal(undefined);
    const { ok, expectedRoot, firstDifference, ...rest } = JSON.parse(verified.written) as VerifyEpochJson;
    expect({ ok, expectedRoot, firstDifference }).to.deep.equal({
      ok: true,
      expectedRoot: built.root,
      firstDifference: null,
    });
    expect(rest).to.deep.equal(built);
    const spoken = await call('verify-epoch', ...files, '--root', built.root!.toUpperCase());
    expect(spoken.written).to.match(/^yes: the root of epoch 7 is /);
    expect(spoken.written).to.contain('3 leaves of 0.00000998 IO');
  });

  it('gives a node its leaf and a proof that holds', async () => {
    const built = await build();
    const { written } = await call('rewards', 'proof', '--dir', path('7'), '--node', address('b'), '--json');
    const proof = JSON.parse(written) as Record<'root' | 'destination' | 'cumulative' | 'proof', string>;
    expect(proof).to.include({ root: built.root, cumulative: '285', destination: address('b destination') });
    const keys = ['program', 'pool', 'b', 'b destination'].map((name) => new PublicKey(address(name)));
    const [program, pool, node, destination] = keys as [PublicKey, PublicKey, PublicKey, PublicKey];
    const leaf = rewardLeaf(program, pool, { node, destination, cumulative: 285n });
    expect(verifyProof(Buffer.from(proof.root, 'hex'), leaf, Buffer.from(proof.proof, 'hex'))).to.equal(true);
    const unknown = await call('rewards', 'proof', '--dir', path('7'), '--node', address('z'));
    expect(unknown.error).to.match(/has earned nothing/);
    const wrong = await call('rewards', 'proof', '--dir', path('7'), '--node', 'b');
    expect(wrong.error).to.be.instanceOf(UsageError);
  });

  it('shows people a table', async () => {
    const { written } = await call('rewards', 'build', '--file', path('events.csv'), '--out', path('7'));
    expect(written).to.match(/^epoch 7 of pool \w+: 3 nodes earned\n/);
    expect(written).to.match(/^total of the root +0\.00000998 IO$/m);
  });

  describe('to a root that does not follow', () => {
    /** The leaves as somebody who cheats would publish them, and their root. */
    async function publish(change: (leaves: ReturnType<typeof rewardLeafAt>[]) => void): Promise<string> {
      const { leaves } = await rewardsOf(LINES);
      const list = [0, 1, 2].map((index) => rewardLeafAt(leaves, index));
      change(list);
      const changed = rewardLeaves(new PublicKey(address('program')), new PublicKey(address('pool')), list);
      writeFileSync(path('leaves.bin'), Buffer.concat([...encodeLeaves(changed)]));
      const { MerkleTree } = await import('@ionet/sdk');
      return Buffer.from((await MerkleTree.build(changed)).root).toString('hex');
    }

    const verify = (root: string, ...rest: string[]): Promise<Called> =>
      call('verify-epoch', '--file', path('events.csv'), '--root', root, ...rest);

    it('says no, and both roots', async () => {
      const { root } = await build();
      const { error, written } = await verify('00'.repeat(32));
      expect(written).to.equal('');
      expect(String(error)).to.contain(`is ${root!}, not ${'00'.repeat(32)}`);
    });

    it('names the first leaf that differs: another amount', async () => {
      const root = await publish((leaves) => {
        leaves[1] = { ...leaves[1]!, cumulative: 900n };
        leaves[2] = { ...leaves[2]!, cumulative: 901n };
      });
      const { error, written } = await verify(root, '--leaves', path('leaves.bin'), '--json');
      const { ok, firstDifference } = JSON.parse(written) as VerifyEpochJson;
      expect(ok).to.equal(false);
      const computed = rewardLeafAt((await rewardsOf(LINES)).leaves, 1);
      expect(firstDifference).to.deep.equal({
        node: computed.node.toBase58(),
        computed: {
          destination: computed.destination.toBase58(),
          cumulative: computed.cumulative.toString(),
        },
        published: { destination: computed.destination.toBase58(), cumulative: '900' },
      });
      expect(String(error)).to.contain(
        `that of ${computed.node.toBase58()}: computed ${computed.cumulative} base units`,
      );
    });

    it('names a leaf that is missing, and one that should not be', async () => {
      const { leaves } = await rewardsOf(LINES);
      let root = await publish((list) => list.splice(0, 1));
      const missing = await verify(root, '--leaves', path('leaves.bin'));
      expect(String(missing.error)).to.match(
        new RegExp(`${rewardLeafAt(leaves, 0).node.toBase58()}.*published none`),
      );
      root = await publish((list) =>
        list.push({ ...list[2]!, node: new PublicKey(new Uint8Array(32).fill(255)) }),
      );
      const added = await verify(root, '--leaves', path('leaves.bin'));
      expect(String(added.error)).to.match(/computed none, published/);
    });

    it('does not compare with leaves of another root', async () => {
      await publish(() => undefined);
      const { error } = await verify('11'.repeat(32), '--leaves', path('leaves.bin'));
      expect(String(error)).to.contain('these are not the leaves of');
    });
  });

  it('lists each line that is wrong, and computes nothing', async () => {
    writeFileSync(path('events.csv'), [...LINES, 'x', `beats,${address('a')},1`].join('\n'));
    for (const args of [
      ['rewards', 'build', '--out', path('7')],
      ['verify-epoch', '--root', '00'.repeat(32)],
    ]) {
      const { error, warned, written } = await call(...args, '--file', path('events.csv'), '--json');
      expect(written).to.equal('');
      expect(warned).to.match(/^events\.csv:14: .*\nevents\.csv:15: .*\n$/);
      expect(String(error)).to.contain('cannot be read');
    }
  });

  it('is used rightly or exits with 2, and answers no with 1', () => {
    expect(io('verify-epoch', '--file', path('events.csv'), '--root', 'abc')).to.include({
      code: 2,
      stdout: '',
    });
    const no = io('verify-epoch', '--file', path('events.csv'), '--root', '00'.repeat(32));
    expect(no).to.include({ code: 1, stdout: '' });
    expect(no.stderr).to.match(/^io: no: the root of epoch 7 is [0-9a-f]{64}, not 0{64}\n$/);
  });
});
