import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { findComputeSeason, PointsFold, type SeasonRules, type SeasonScores } from '@ionet/sdk';
import { referenceScore } from '../../scripts/lib/points/reference.js';
import { scoreLines, useDirectory, walletOf } from '../harness/points.js';

const START = 1_000_000;
const DAY = 86_400;
const SEASON: SeasonRules = { startsAt: START, endsAt: START + 30 * DAY, proofOfWork: true };
const WALLET = walletOf(1);

/** What makes a device of a whole season up at medium bandwidth. */
const whole = (device: string, wallet = WALLET): string[] => [
  `registered,${device},${wallet},gpu,1000,${START}`,
  `speed,${device},${START + 5},400000000,300000000`,
  `work,${device},${START + 5},pass`,
  `heartbeat,${device},${START},${SEASON.endsAt}`,
];
const WHOLE_POINTS = (100n * 720n * 10n * 110n) / 100n;

function pointsOf({ wallets }: SeasonScores, wallet = WALLET): bigint {
  return wallets.gpu.get(wallet) ?? 0n;
}

function hashOf(scores: SeasonScores): string {
  const hash = createHash('sha256');
  for (const text of scores.normalForm()) hash.update(text);
  return hash.digest('hex');
}

const statusOf = (scores: SeasonScores, device: string): string | undefined =>
  scores.devices.find((each) => each.device === device)?.status;

describe('points: the fold', () => {
  const files = useDirectory();

  it('gives a device of a whole season its hours times multiplier times bandwidth', () => {
    const scores = scoreLines(SEASON, whole('a'));
    expect(scores.problems).to.deep.equal([]);
    expect(scores.devices).to.deep.equal([
      {
        device: 'a',
        wallet: WALLET,
        kind: 'gpu',
        multiplierX100: 1_000,
        bandwidth: 'medium',
        uptime: 30 * DAY,
        hired: 0,
        season: 30 * DAY,
        status: 'counts',
        points: WHOLE_POINTS,
      },
    ]);
    const hired = `hired,a,${START},${SEASON.endsAt},1000000,2000000,independent`;
    expect(pointsOf(scoreLines(SEASON, [...whole('a'), hired]))).to.equal(2n * WHOLE_POINTS);
  });

  it('sums the devices of a wallet, each kind apart', () => {
    const cpu = whole('c').map((line) => line.replace(',gpu,', ',cpu,'));
    const { wallets } = scoreLines(SEASON, [
      ...whole('a'),
      ...whole('b'),
      ...cpu,
      ...whole('d', walletOf(2)),
    ]);
    expect([...wallets.gpu]).to.have.deep.members([
      [WALLET, 2n * WHOLE_POINTS],
      [walletOf(2), WHOLE_POINTS],
    ]);
    expect([...wallets.cpu]).to.deep.equal([[WALLET, WHOLE_POINTS]]);
  });

  it('takes CSV and JSON for the same, whatever the order of members and the spaces', () => {
    const json = [
      `{"event":"registered","device":"a","wallet":"${WALLET}","kind":"gpu","multiplier":1000,"joined":${START}}`,
      `{ "device" : "a", "up":300000000 ,"down":400000000,"at":${START + 5},"event":"speed" }\r`,
      `{"event":"work","device":"a","at":${START + 5},"result":"pass"}`,
      '# a remark',
      '',
      `{"event":"heartbeat","device":"a","from":${START},"to":${SEASON.endsAt}}`,
    ];
    const scores = scoreLines(SEASON, json);
    expect(scores.problems).to.deep.equal([]);
    expect(hashOf(scores)).to.equal(hashOf(scoreLines(SEASON, whole('a'))));
    expect(pointsOf(scores)).to.equal(WHOLE_POINTS);
  });

  describe('rules', () => {
    const cases: readonly (readonly [string, (lines: string[]) => string[], string, bigint])[] = [
      [
        'intervals that overlap count once',
        (lines) => [...lines, `heartbeat,a,${START + 5},${START + 50}`, `heartbeat,a,0,${START + 9}`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'what lies outside the season does not count',
        (lines) => [
          ...lines,
          `heartbeat,a,1,${START}`,
          `heartbeat,a,${SEASON.endsAt},${SEASON.endsAt + DAY}`,
        ],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'who joined in the middle is measured by the rest of the season',
        (lines) => lines.map((line) => line.replace(`1000,${START}`, `1000,${START + 15 * DAY}`)),
        'counts',
        WHOLE_POINTS / 2n,
      ],
      [
        'who joined when it was over has nothing',
        (lines) => lines.map((line) => line.replace(`1000,${START}`, `1000,${SEASON.endsAt}`)),
        'down',
        0n,
      ],
      ['a device that was never up has nothing', (lines) => lines.slice(0, 3), 'down', 0n],
      [
        'a device without a speed test has no bandwidth',
        (lines) => lines.filter((line) => !line.startsWith('speed')),
        'bandwidth',
        0n,
      ],
      [
        'of three speed tests the middle one counts',
        (lines) => [...lines, `speed,a,${START + 6},900000000,400000000`, `speed,a,${START + 7},1,1`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'of two speed tests the slower one counts',
        (lines) => [...lines, `speed,a,${START + 6},100000000,75000000`],
        'counts',
        (WHOLE_POINTS * 100n) / 110n,
      ],
      [
        'a speed test before the season does not count',
        (lines) => [...lines, `speed,a,${START - 1},1,1`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'a ban before the end takes the whole season',
        (lines) => [...lines, `ban,a,${SEASON.endsAt - 1}`],
        'banned',
        0n,
      ],
      ['a ban before the season takes it too', (lines) => [...lines, 'ban,a,1'], 'banned', 0n],
      [
        'a ban after the end takes nothing',
        (lines) => [...lines, `ban,a,${SEASON.endsAt}`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'a failed hardware check takes everything',
        (lines) => [...lines, `hardware,a,${START + 2},fail`],
        'hardware',
        0n,
      ],
      [
        'unless a later one passes',
        (lines) => [...lines, `hardware,a,${START + 3},pass`, `hardware,a,${START + 2},fail`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'a device that failed every proof of work has nothing',
        (lines) => lines.map((line) => line.replace('pass', 'fail')),
        'work',
        0n,
      ],
      [
        'one proof of work is enough',
        (lines) => [...lines, `work,a,${START + 9},fail`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'a proof of work at the end of the season is of the next',
        (lines) => lines.map((line) => line.replace(`work,a,${START + 5}`, `work,a,${SEASON.endsAt}`)),
        'work',
        0n,
      ],
      [
        'hours on hire count from half of the reference price',
        (lines) => [...lines, `hired,a,${START},${START + 15 * DAY},1,2,independent`],
        'counts',
        (WHOLE_POINTS * 3n) / 2n,
      ],
      [
        'and not below it',
        (lines) => [...lines, `hired,a,${START},${START + 15 * DAY},1000000,2000001,independent`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'nor if the buyer belongs to the node',
        (lines) => [...lines, `hired,a,${START},${START + 15 * DAY},9,2,related`],
        'counts',
        WHOLE_POINTS,
      ],
      [
        'no more hours on hire count than of uptime',
        (lines) => [
          ...lines.slice(0, 3),
          `heartbeat,a,${START},${START + 3 * DAY}`,
          `hired,a,${START},${SEASON.endsAt},2,2,independent`,
        ],
        'counts',
        (WHOLE_POINTS * (9n + 90n)) / 900n,
      ],
    ];
    for (const [name, change, status, points] of cases) {
      it(name, () => {
        const scores = scoreLines(SEASON, change(whole('a')));
        expect(scores.problems).to.deep.equal([]);
        expect({ status: statusOf(scores, 'a'), points: pointsOf(scores) }).to.deep.equal({ status, points });
      });
    }

    it('the first season asks for no proof of work', () => {
      const lines = whole('a').filter((line) => !line.startsWith('work'));
      expect(pointsOf(scoreLines({ ...SEASON, proofOfWork: false }, lines))).to.equal(WHOLE_POINTS);
      expect(statusOf(scoreLines(SEASON, lines), 'a')).to.equal('work');
      expect([1, 2, 3].map((number) => findComputeSeason(number).proofOfWork)).to.deep.equal([
        false,
        true,
        true,
      ]);
    });
  });

  describe('contradictions are listed', () => {
    it('two registrations: the device scores nothing', () => {
      const other = `registered,a,${walletOf(2)},gpu,1000,${START}`;
      const scores = scoreLines(SEASON, [...whole('a'), whole('a')[0]!], [other]);
      expect(scores.problems.map(({ part, line }) => [part, line])).to.deep.equal([
        [0, 1],
        [1, 1],
      ]);
      expect(scores.problems[0]?.reason).to.match(/device a is registered differently elsewhere/);
      expect(statusOf(scores, 'a')).to.equal('contradictory');
      expect(scores.wallets.gpu.size).to.equal(0);
    });

    for (const [name, line, status] of [
      ['a proof of work', `work,a,${START + 5},fail`, 'work'],
      ['a speed test', `speed,a,${START + 5},1,1`, 'bandwidth'],
    ] as const) {
      it(`${name} with two results: the worse counts`, () => {
        const scores = scoreLines(SEASON, [line], whole('a'));
        expect(scores.problems).to.have.length(2);
        expect(scores.problems[0]).to.include({ part: 0, line: 1 });
        expect(scores.problems[0]?.reason).to.match(
          /device a has another result at 1000005; the worst counts/,
        );
        expect(statusOf(scores, 'a')).to.equal(status);
      });
    }

    it('a device that nobody registered, with the number of its lines', () => {
      const scores = scoreLines(SEASON, whole('a'), [`ban,b,5`, `heartbeat,b,1,2`], [`heartbeat,b,1,2`]);
      expect(scores.problems).to.deep.equal([
        { part: 1, line: 1, reason: 'device b is not registered; lines that name it: 3' },
      ]);
      expect(scores.devices).to.have.length(1);
    });
  });

  describe('bad lines are listed with their number and reason', () => {
    const bad: readonly (readonly [string, RegExp])[] = [
      ['nothing,a', /the event must be heartbeat, hired/],
      ['heartbeat', /heartbeat: the line has 1 columns, not 4/],
      ['heartbeat,a,1,2,3', /5 columns, not 4/],
      ['a,b,c,d,e,f,g,h,i,j,k', /too many columns/],
      ['heartbeat,,1,2', /device must be 1 to 64/],
      ['heartbeat,a b,1,2', /device must be/],
      [`heartbeat,${'a'.repeat(65)},1,2`, /device must be/],
      ['heartbeat,"a",1,2', /device must be/],
      ['heartbeat,a,1.5,2', /heartbeat: from must be a time in whole unix seconds/],
      ['heartbeat,a,-1,2', /from must be a time/],
      ['heartbeat,a,01,2', /from must be a time/],
      ['heartbeat,a,,2', /from must be a time/],
      ['heartbeat,a,1, 2', /to must be a time/],
      ['heartbeat,a,1,4294967296', /to must be a time/],
      ['heartbeat,a,2,2', /to must be later than from/],
      ['heartbeat,a,3,2', /to must be later than from/],
      ['hired,a,1,2,3,0,independent', /reference must be above zero/],
      ['hired,a,1,2,3,4,friend', /buyer must be independent or related/],
      ['hired,a,1,2,9007199254740992,4,related', /price must be a whole number up to 2\^53 - 1/],
      ['hired,a,5,2,3,4,related', /to must be later than from/],
      ['work,a,1,maybe', /result must be pass or fail/],
      ['hardware,a,1,', /result must be pass or fail/],
      ['speed,a,1,-1,2', /down must be a whole number/],
      [`registered,a,${WALLET.slice(1)}0,gpu,100,1`, /wallet is not an address/],
      [`registered,a,1${WALLET},gpu,100,1`, /wallet is not an address/],
      [`registered,a,${WALLET},tpu,100,1`, /kind must be gpu or cpu/],
      [`registered,a,${WALLET},gpu,0,1`, /multiplier must be a whole number from 1 to 10000/],
      [`registered,a,${WALLET},gpu,10001,1`, /multiplier must be/],
      ['{"event":"ban","device":"a"}', /ban: the object has no at/],
      ['{"event":"ban","device":"a","at":1,"why":"x"}', /4 members, not 3/],
      ['{"event":"ban","device":"a","at":1,"at":1}', /4 members, not 3/],
      ['{"event":"ban","device":"a","at":"1"}', /at must be a number, not a string/],
      ['{"event":"work","device":"a","at":1,"result":true}', /result must be pass or fail/],
      ['{"event":"ban","device":7,"at":1}', /device must be a string/],
      ['{"event":1}', /the event must be/],
      ['{"device":"a"}', /the object has no event/],
      ['{"event":"ban","device":"a","at":1', /not one flat JSON object/],
      ['{"event":"ban","device":"a\\u0041","at":1}', /not one flat JSON object/],
      ['{"event":"ban","device":"a","at":1,}', /not one flat JSON object/],
      ['{"event":"ban",,"device":"a","at":1}', /not one flat JSON object/],
      ['{"event":{"ban":1}}', /the event must be/],
      ['{}', /not one flat JSON object/],
      [`ban,a,${'1'.repeat(5_000)}`, /more than 4096 bytes/],
    ];
    for (const [line, reason] of bad) {
      it(line.length > 90 ? `${line.slice(0, 90)}…` : line, () => {
        const scores = scoreLines(SEASON, [...whole('a'), line, ...whole('b')]);
        expect(scores.problems).to.have.length(1);
        expect(scores.problems[0]).to.include({ part: 0, line: 5 });
        expect(scores.problems[0]?.reason).to.match(reason);
        expect(pointsOf(scores)).to.equal(2n * WHOLE_POINTS);
      });
    }
  });

  it('refuses a season that ends before it starts, or is too long', () => {
    for (const endsAt of [START, START - 1, START + 2 ** 26]) {
      expect(() => new PointsFold({ startsAt: START, endsAt })).to.throw(/a season lasts from 1/);
    }
  });

  describe('gives the same as a plain reference', () => {
    const season: SeasonRules = { startsAt: 1_000, endsAt: 1_400, proofOfWork: true };
    const time = fc.integer({ min: 950, max: 1_450 });
    const device = fc.constantFrom('a', 'b', 'c/1', 'c/10');
    const result = fc.constantFrom('pass', 'pass', 'fail');
    const speed = fc.constantFrom(
      0,
      74_999_999,
      75_000_000,
      100_000_000,
      300_000_000,
      400_000_000,
      800_000_000,
    );
    const event = fc.oneof(
      fc.tuple(fc.constant('heartbeat'), device, time, time),
      fc.tuple(fc.constant('heartbeat'), device, time, time),
      fc.tuple(
        fc.constant('hired'),
        device,
        time,
        time,
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('independent', 'independent', 'related'),
      ),
      fc.tuple(fc.constant('work'), device, time, result),
      fc.tuple(fc.constant('hardware'), device, time, result),
      fc.tuple(fc.constant('speed'), device, time, speed, speed),
      fc.tuple(
        fc.constant('registered'),
        device,
        fc.constantFrom(walletOf(1), walletOf(1), walletOf(2), '1'.repeat(31)),
        fc.constantFrom('gpu', 'cpu'),
        fc.constantFrom(0, 100, 1_000),
        time,
      ),
      fc.tuple(fc.constant('ban'), device, fc.integer({ min: 1_395, max: 1_500 })),
    );
    const NAMES: Record<string, string[]> = {
      heartbeat: ['device', 'from', 'to'],
      hired: ['device', 'from', 'to', 'price', 'reference', 'buyer'],
      work: ['device', 'at', 'result'],
      hardware: ['device', 'at', 'result'],
      speed: ['device', 'at', 'down', 'up'],
      registered: ['device', 'wallet', 'kind', 'multiplier', 'joined'],
      ban: ['device', 'at'],
    };
    const line = fc.tuple(event, fc.boolean(), fc.nat({ max: 30 })).map(([values, json, broken]) => {
      const names = ['event', ...NAMES[values[0]]!];
      const text = json
        ? JSON.stringify(Object.fromEntries(values.map((value, index) => [names[index], value])))
        : values.join(',');
      return broken === 0 ? text.slice(1) : text;
    });
    const base = ['a', 'b', 'c/1'].flatMap((name, index) => [
      `registered,${name},${walletOf(index % 2)},gpu,${100 * (index + 1)},1010`,
      `speed,${name},1005,800000000,300000000`,
      `work,${name},1005,pass`,
    ]);

    it('for any order of lines, any division and lines that come again', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(line, { maxLength: 60 }),
          fc.array(fc.nat(), { minLength: 130, maxLength: 130 }),
          fc.integer({ min: 1, max: 5 }),
          async (random, keys, count) => {
            const lines = [...base, ...random];
            const expected = await referenceScore([files.write('events', lines)], season);
            // Each line once and some twice, in another order, divided among folds.
            const parts = Array.from({ length: count }, (): string[] => []);
            [...lines.map((text, index) => [text, keys[index]! % 2 === 0 ? 1 : 2] as const)]
              .flatMap(([text, times]) => Array.from({ length: times }, () => text))
              .map((text, index) => ({ text, key: keys[index % keys.length]! }))
              .sort((a, b) => a.key - b.key)
              .forEach(({ text, key }) => parts[key % count]!.push(text));
            const scores = scoreLines(season, ...parts);
            expect(scores.wallets).to.deep.equal(expected.wallets);
            expect(hashOf(scores)).to.equal(expected.eventsHash);
            const inOrder = scoreLines(season, lines);
            const badLines = inOrder.problems.filter(
              ({ reason }) => !/registered dif|not reg|another/.test(reason),
            );
            expect(badLines.map((each) => each.line)).to.deep.equal(
              expected.badLines.map((place) => Number(place.split(':').at(-1))),
            );
          },
        ),
        { numRuns: 60 },
      );
    });

    it('however an interval is cut', () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 1_001, max: 1_399 }), { maxLength: 12 }),
          fc.nat(11),
          (cuts, turn) => {
            const edges = [1_000, ...cuts.sort((a, b) => a - b), 1_400];
            const pieces = edges.slice(1).flatMap((to, index) => {
              const from = edges[index]!;
              return from < to ? [`heartbeat,a,${from},${to}`] : [];
            });
            const turned = [...pieces.slice(turn), ...pieces.slice(0, turn)];
            const wholeOnce = scoreLines(season, [...base, 'heartbeat,a,1000,1400']);
            expect(hashOf(scoreLines(season, base, turned))).to.equal(hashOf(wholeOnce));
            expect(scoreLines(season, turned, base).devices).to.deep.equal(wholeOnce.devices);
          },
        ),
      );
    });
  });
});
