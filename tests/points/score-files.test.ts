import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { findComputeSeason } from '@ionet/sdk';
import { writeEventFile } from '../../bench/points-events.js';
import { referenceScore } from '../../scripts/lib/points/reference.js';
import { type FileScores, scoreFiles, StrictError } from '../../scripts/lib/points/score-files.js';
import { useDirectory, walletOf } from '../harness/points.js';

const season = findComputeSeason(2);

/** All that is said of a season, but for functions. */
const plain = ({ normalForm, ...scores }: FileScores): unknown => ({ ...scores, form: [...normalForm()] });

describe('points: files', () => {
  const files = useDirectory();

  it('come to the same in 16 threads, in one, and by the reference', async () => {
    const file = files.path('events.csv');
    writeEventFile(file, { events: 4_000, devices: 40, season, seed: 3 });
    const other = files.write('more.jsonl', [
      '{"event":"ban","device":"node-1/1","at":1}',
      '{"event":"ban","device":"nobody","at":1}',
      'nonsense',
      `registered,node-0/0,${walletOf(5)},gpu,100,5`,
    ]);
    const shares: number[] = [];
    const progress = () => ({ update: (done: number) => shares.push(done), end: () => shares.push(-1) });
    const one = await scoreFiles([file, other], season, { workers: 1 });
    const many = await scoreFiles([file, other], season, { workers: 16, partBytes: 4_096, progress });
    expect(plain(many)).to.deep.equal(plain(one));
    expect(one.problems.map(({ file, line }) => `${file}:${line}`)).to.deep.equal([
      `${file}:1`,
      `${other}:2`,
      `${other}:3`,
      `${other}:4`,
    ]);
    const reference = await referenceScore([other, file], season);
    expect(many.wallets).to.deep.equal(reference.wallets);
    expect(many.wallets.gpu.size).to.be.greaterThan(5);
    expect(shares.length).to.be.greaterThan(30);
    expect(shares.slice(-2)).to.deep.equal([1, -1]);
  });

  it('may end without a line break, begin with a byte order mark, and be empty', async () => {
    const line = `registered,a,${walletOf(1)},gpu,100,${season.startsAt}`;
    for (const text of [line, `\uFEFF${line}\r\n`, `\n\n${line}\n`]) {
      const file = files.path('events.csv');
      writeFileSync(file, text);
      const scores = await scoreFiles([file, files.write('empty.csv', [])], season);
      expect(scores.problems).to.deep.equal([]);
      expect(scores.devices).to.have.length(1);
    }
  });

  for (const workers of [1, 3]) {
    it(`strict stops at the first problem in the order of files, with ${workers} threads`, async () => {
      const good = `registered,a,${walletOf(1)},gpu,100,1`;
      const first = files.write('first.csv', [...Array<string>(50).fill(good), 'wrong', good, 'wrong too']);
      const second = files.write('second.csv', ['wrong as well']);
      const scored = scoreFiles([first, second], season, { workers, strict: true, partBytes: 256 });
      const error: unknown = await scored.catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(StrictError);
      expect((error as StrictError).problem).to.include({ file: first, line: 51 });
    });
  }

  it('strict stops at a contradiction too', async () => {
    const file = files.write('events.csv', [
      `registered,a,${walletOf(1)},gpu,100,1`,
      `registered,a,${walletOf(2)},gpu,100,1`,
    ]);
    const error: unknown = await scoreFiles([file], season, { strict: true }).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).to.match(/events.csv:1: registered: device a is registered differently/);
  });

  it('that do not exist are named', async () => {
    const error: unknown = await scoreFiles([files.path('none')], season).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/no such file.*none/);
  });
});
