import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DevState } from '../../scripts/dev/state.js';
import type { DevStatus } from '../../scripts/dev/status.js';
import { createProgram } from '../../scripts/io/program.js';

const FLEET = {
  ioPrice: '2',
  hardware: [{ name: 'V100', kind: 'gpu', multiplierX100: 75, referencePrice: '0.2' }],
  nodes: [
    {
      name: 'only',
      owner: 'Ana Lu',
      hardware: 'V100',
      devices: 1,
      bandwidth: 'low',
      region: 'sa',
      price: '0.2',
    },
  ],
};
const NAMES = ['network', 'oracle-0', 'oracle-1', 'oracle-2', 'scheduler', 'agent-only'];

describe('io dev', function () {
  this.timeout(120_000);
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'io-dev-'));
    writeFileSync(join(directory, 'fleet.json'), JSON.stringify(FLEET));
  });
  after(async () => {
    await dev('down');
    rmSync(directory, { recursive: true });
  });

  async function dev(verb: string, ...args: string[]): Promise<string> {
    let out = '';
    const program = createProgram({ width: 200, write: (text) => void (out += text) });
    await program.parseAsync(['dev', verb, ...args, '--dir', join(directory, 'dev')], { from: 'user' });
    return out;
  }
  const upAgain = (...args: string[]): Promise<string> =>
    dev('up', '--ledger', '--port', '0', '--slot-time', '50', ...args);
  const up = (...args: string[]): Promise<string> =>
    upAgain('--fleet', join(directory, 'fleet.json'), ...args);
  const problemOf = async (work: Promise<string>): Promise<string> =>
    work.then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
  const status = async (): Promise<DevStatus> => JSON.parse(await dev('status', '--json')) as DevStatus;
  const state = (): DevState =>
    JSON.parse(readFileSync(join(directory, 'dev/state.json'), 'utf8')) as DevState;

  it('has nothing to say where nothing is up', async () => {
    expect(await problemOf(dev('status'))).to.match(/^nothing is up in .*: io dev up starts it$/);
    expect(await problemOf(dev('warp', '60'))).to.contain('nothing is up');
    expect(await dev('down')).to.contain('nothing ran in');
    expect(await problemOf(dev('warp', '1.5'))).to.contain('must be a whole number');
  });

  it('names the port that is in use and who needs it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const problem = await problemOf(dev('up', '--port', String(port)));
      expect(problem).to.contain(`port ${port} of 127.0.0.1, which network needs, is in use`);
    } finally {
      other.close();
    }
  });

  it('brings everything up, once, mends what has died, moves the clock, takes all down, and goes on', async () => {
    const first = JSON.parse(await up('--json')) as DevStatus & { started: string[] };
    expect(first.started).to.deep.equal(NAMES);
    expect(first.processes.map(({ health }) => health)).to.deep.equal(NAMES.map(() => 'green'));
    expect(first.chain).to.include({ nodes: 1, epoch: 1 });

    expect(await up()).to.match(/^everything runs already\n/);
    expect((await status()).processes.map(({ pid }) => pid)).to.deep.equal(
      first.processes.map(({ pid }) => pid),
    );

    const oracle = first.processes[2]?.pid ?? 0;
    process.kill(oracle, 'SIGKILL');
    expect(await problemOf(dev('status'))).to.equal('not well: oracle-1; io dev up starts what has died');
    expect(await problemOf(dev('warp', '60'))).to.equal('not running: oracle-1; io dev up starts them');
    const mended = JSON.parse(await up('--json')) as DevStatus & { started: string[] };
    expect(mended.started).to.deep.equal(['oracle-1']);
    expect(mended.processes[2]?.pid).to.not.equal(oracle);

    const { nodes } = state();
    const before = (await status()).chain!;
    const warped = JSON.parse(await dev('warp', '3600', '--json')) as { unixTimestamp: number };
    expect(warped.unixTimestamp).to.be.at.least(before.unixTimestamp + 3_600);
    expect(await dev('warp', '120', '--by-minute')).to.match(/120 seconds later/);
    const after = (await status()).chain!;
    expect(after.unixTimestamp).to.be.at.least(before.unixTimestamp + 3_720);
    expect(after.epoch).to.be.greaterThan(before.epoch);
    // Every oracle has heard the node at the new time.
    for (const one of state().processes.filter(({ kind }) => kind === 'oracle')) {
      const response = await fetch(`http://127.0.0.1:${one.ports[0]}/v1/nodes/${state().nodes[0]!.address}`);
      const { lastHeartbeatAt } = (await response.json()) as { lastHeartbeatAt: number };
      expect(lastHeartbeatAt).to.be.at.least(warped.unixTimestamp);
    }

    const { ended } = JSON.parse(await dev('down', '--json')) as { ended: { name: string; how: string }[] };
    expect(ended.map(({ name }) => name)).to.have.members(NAMES);
    expect(ended.every(({ how }) => how === 'stopped')).to.equal(true);
    expect(ended.at(-1)?.name).to.equal('network');

    const other = { ...FLEET, hardware: [{ ...FLEET.hardware[0], referencePrice: '0.3' }] };
    writeFileSync(join(directory, 'other.json'), JSON.stringify(other));
    const refused = upAgain('--fleet', join(directory, 'other.json'));
    expect(await problemOf(refused)).to.contain('was begun with another fleet: leave --fleet out, or remove');
    const again = JSON.parse(await upAgain('--json')) as DevStatus & { started: string[] };
    expect(again.started).to.deep.equal(NAMES);
    expect(again.chain).to.include({ nodes: 1, epoch: after.epoch });
    expect(again.chain!.height).to.be.greaterThan(after.height);
    expect(again.chain!.unixTimestamp).to.be.at.least(after.unixTimestamp);
    expect(state().processes.map(({ name }) => name)).to.deep.equal(NAMES);
    expect(state().nodes).to.deep.equal(nodes);
  });
});
