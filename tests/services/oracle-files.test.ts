import {
  computeEpoch,
  EpochStore,
  observe,
  reachedBy,
  readRawLog,
  stateAfter,
  verifiedByLog,
} from '@ionet/oracle';
import { findComputeSeason, pda, type RewardPoolKind } from '@ionet/sdk';
import { createMarket, readPrograms, type Market } from '@ionet/sdk/testing';
import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '../../scripts/io/program.js';
import { poolOf, scheduleOf } from '../harness/emission.js';
import { onEachDatabase } from './databases.js';
import { ORACLE_SETTINGS } from './oracles.js';
import { RewardWorld } from './reward-world.js';

const HOUR = 3_600;
const DAY = 86_400n;
const EPOCHS = [1n, 2n, 3n];
const MEMBERS = [0, 1, 2];

async function io(...args: string[]): Promise<Record<string, unknown>> {
  let written = '';
  const program = createProgram({ width: 120, write: (text) => (written += text) });
  await program.parseAsync([...args, '--json'], { from: 'user' });
  return JSON.parse(written) as Record<string, unknown>;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What three oracles have written, and what everybody can compute from it with the command line. */
onEachDatabase("services: the oracles' files", (database) => {
  const season = findComputeSeason(3);
  let world: RewardWorld;
  let market: Market;
  let gpuNode: PublicKey;
  let out: string;

  before(async () => {
    out = mkdtempSync(join(tmpdir(), 'points-'));
    const startsAt = BigInt(season.startsAt) + DAY;
    ({ market } = await createMarket({ programs: await readPrograms('artifacts'), startsAt }));
    gpuNode = await market.registerNode({ id: 1, classId: 2, deviceCount: 1 });
    const cpuNode = await market.registerNode({ id: 2, classId: 3, deviceCount: 1 });
    world = new RewardWorld(market, [gpuNode, cpuNode], database);
    await world.begin();
    await world.agree();
  });
  after(async () => {
    await world.oracles.remove();
    rmSync(out, { recursive: true });
  });

  const logs = () => MEMBERS.map((index) => readRawLog(join(world.oracles.directory(index), 'raw')));
  const epochs = (index: number): EpochStore =>
    new EpochStore(join(world.oracles.directory(index), 'epochs'));

  for (const kind of ['gpu', 'cpu'] as const satisfies readonly RewardPoolKind[]) {
    it(`hold the events that the posted ${kind} root follows from`, async () => {
      const posted = (await poolOf(market, kind)).pendingRoot!;
      for (const index of MEMBERS) {
        const file = join(epochs(index).folder(posted.epoch), `${kind}.csv`);
        const verified = await io('verify-epoch', '--file', file, '--root', hexOf(posted.root));
        expect(verified).to.include({
          ok: true,
          leaves: 1,
          earning: 1,
          total: posted.total.toString(),
          inputHash: hexOf(posted.inputHash),
        });
      }
    });
  }

  it('give every root again from the raw logs of enough of them, and from nothing else', async () => {
    const schedule = await scheduleOf(market);
    for (const members of [MEMBERS, [0, 1], [1, 2]]) {
      let state = await new EpochStore(join(out, members.join('-'))).state(0n);
      for (const epoch of EPOCHS) {
        const start = Number(schedule.startsAt) + (Number(epoch) - 1) * HOUR;
        const settled = start + HOUR + ORACLE_SETTINGS.EPOCH_SETTLE_SECONDS;
        const observations = members.map((index) =>
          observe(
            logs()[index]!.filter(({ at }) => at <= settled),
            start,
            settled,
          ),
        );
        const computed = await computeEpoch(market.deployment, schedule, state, epoch, observations);
        const written = readFileSync(join(epochs(0).folder(epoch), 'points.csv'), 'utf8');
        expect(computed.points).to.equal(written);
        state = stateAfter(computed);
        if (epoch !== EPOCHS.at(-1)) continue;
        for (const kind of ['gpu', 'cpu'] as const) {
          const posted = (await poolOf(market, kind)).pendingRoot!;
          expect(computed.rewards[kind].tree?.root).to.deep.equal(posted.root);
          expect(computed.rewards[kind].inputHash).to.deep.equal(posted.inputHash);
        }
      }
    }
  });

  it('give points, and these an airdrop', async () => {
    const files = EPOCHS.map((epoch) => join(epochs(0).folder(epoch), 'points.csv'));
    const points = join(out, 'season-3.csv');
    const scored = await io(
      ...['points', 'score', '--season', '3', '--workers', '1', '--strict'],
      ...['--events', ...files, '--out', points],
    );
    // Three hours of uptime of one device, nothing hired: 100 x hours x GM x BW x (UT + RJD), and down to a whole one.
    const uptime = BigInt(EPOCHS.length * HOUR);
    const time = BigInt(season.endsAt - season.startsAt) - DAY;
    const expected = (gm: bigint): bigint => (gm * 110n * uptime * uptime) / (360_000n * time);
    expect(scored).to.deep.include({ problems: 0, devices: 2 });
    expect(scored['pools']).to.deep.equal({
      gpu: { file: join(out, 'season-3.gpu.csv'), wallets: 1, points: expected(125n).toString() },
      cpu: { file: join(out, 'season-3.cpu.csv'), wallets: 1, points: expected(100n).toString() },
    });
    const owner = market.owner.payer.toBase58();
    expect(readFileSync(join(out, 'season-3.gpu.csv'), 'utf8')).to.equal(
      `wallet,points\n${owner},${expected(125n)}\n`,
    );
    const airdrop = join(out, 'airdrop');
    const built = await io(
      ...['airdrop', 'build', '--season', 'season-3-gpu', '--out', airdrop],
      ...['--points', join(out, 'season-3.gpu.csv')],
    );
    // The only wallet that has points gets the whole pool: 95 % of 5,000,000 IO.
    expect(built).to.include({ leaves: 1, total: '475000000000000' });
    expect(readFileSync(join(airdrop, 'leaves.csv'), 'utf8')).to.contain(`0,${owner},475000000000000`);
  });

  it('give the seconds of a job that was reported', async () => {
    const offer = await market.createOffer(gpuNode, 0, { price: 1_000_000n, maxHours: 24 });
    const job = await market.bookAndStart({
      offer,
      devices: 1,
      hours: 1,
      payment: 'usdc',
      maxTotal: 10_000_000n,
    });
    await world.oracles.loop();
    const start = Number(market.network.now());
    market.network.warpBy(90);
    // One member hears of less: what two of them have counts.
    for (const [index, worked] of [90, 80, 10].entries()) {
      const oracle = world.oracles.running.get(index)!;
      const message = world.voices[0]!.sign('hours', {
        job: job.toBase58(),
        from: start,
        to: start + worked,
      });
      const taken = await oracle.http.inject({ method: 'POST', url: '/v1/job-hours', payload: message });
      expect(taken.statusCode, taken.body).to.equal(200);
    }
    for (let turn = 0; turn < MEMBERS.length; turn += 1) {
      await world.oracles.loop(2);
      market.network.warpBy(ORACLE_SETTINGS.TURN_SECONDS);
    }
    const { accounts } = market.anyone;
    const usage = await accounts.oracle.jobUsage.fetch(pda.oracle.jobUsage(market.deployment, job));
    const verified = logs().map((log) => verifiedByLog(log, job.toBase58(), Number(usage.asOf)));
    expect(verified).to.deep.equal([90, 80, 10]);
    expect(reachedBy(verified, 2)).to.equal(Number(usage.verifiedSeconds));
    expect(usage.sequence).to.equal(1n);
  });
});
