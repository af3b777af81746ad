import { createHash } from 'node:crypto';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  computeEpochRewards,
  type EpochEvents,
  type EpochRewards,
  IDLE_REWARD_FORMULA_HASH,
  IDLE_REWARD_FORMULA_TEXT,
  type LineProblem,
  localnet,
  MathError,
  pda,
  readEpochEvents,
  rewardLeafAt,
  RewardsError,
} from '@ionet/sdk';
import {
  address,
  beats,
  earning,
  EPOCH_END as END,
  EPOCH_START as START,
  header,
  paidTo,
  passed,
  rewardsOf,
} from '../harness/epoch-events.js';

const hex = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString('hex');

async function problemsOf(lines: readonly string[]): Promise<readonly LineProblem[]> {
  try {
    await rewardsOf(lines);
  } catch (error) {
    if (error instanceof RewardsError) return error.problems;
    throw error;
  }
  return [];
}

/** What a node earns of a budget of 1,000 beside another of the same weight: 500 if it earns. */
async function shareOf(...lines: readonly string[]): Promise<bigint> {
  const rewards = await rewardsOf([header(1_000n), ...earning('other'), ...lines]);
  const paid = paidTo(rewards, 'a', 'other');
  expect((paid['a'] ?? 0n) + paid['other']!).to.equal(rewards.total);
  return paid['a'] ?? 0n;
}

const a = address('a');
const [NODE, BEATS, PROOFS, SPEED] = earning('a') as [string, string, string, string];
const proofs = (results: string, device = 0): string => `proofs,${a},${device},${results}`;

describe('rewards', () => {
  it('name the formula by the hash of its text', () => {
    const hash = createHash('sha256').update(IDLE_REWARD_FORMULA_TEXT).digest('hex');
    expect(IDLE_REWARD_FORMULA_HASH).to.equal(hash);
  });

  it('share the budget by weight, rounded down', async () => {
    const lines = [header(1_000n), ...earning('a', 100), ...earning('b', 200), ...earning('c', 400)];
    const rewards = await rewardsOf(lines);
    expect(paidTo(rewards, 'a', 'b', 'c')).to.deep.equal({ a: 142n, b: 285n, c: 571n });
    expect(rewards).to.include({ total: 998n, added: 998n, earning: 3 });
    expect(hex(rewards.formulaHash)).to.equal(IDLE_REWARD_FORMULA_HASH);
    expect(rewards.header).to.deep.include({
      epoch: 7,
      startsAt: START,
      budget: 1_000n,
      pool: address('pool'),
    });
  });

  it('add to what the last root says, keep whoever was ever paid, and pay the destination of today', async () => {
    const rewards = await rewardsOf([
      header(1_000n),
      ...earning('a'),
      `paid,${a},${address('elsewhere')},50`,
      `paid,${address('gone')},${address('gone destination')},7`,
      `node,${address('new')},${address('new destination')},1,100`,
    ]);
    expect(paidTo(rewards, 'a', 'gone')).to.deep.equal({ a: 1_050n, gone: 7n });
    expect(rewards).to.include({ total: 1_057n, added: 1_000n, earning: 1 });
    const leaves = [0, 1].map((index) => rewardLeafAt(rewards.leaves, index));
    const destinations = leaves.map(({ destination }) => new PublicKey(destination).toBase58());
    expect(destinations).to.have.members([address('a destination'), address('gone destination')]);
    // By the bytes of the nodes.
    const nodes = leaves.map(({ node }) => hex(node.toBytes()));
    expect(nodes).to.deep.equal([...nodes].sort());
  });

  it('go to the reward vault of a node whose registration names no destination', async () => {
    const rewards = await rewardsOf([
      header(1_000n),
      ...earning('a').map((line) => line.replace(/^(node,[^,]*),[^,]*/, '$1,')),
      `paid,${a},${address('elsewhere')},50`,
    ]);
    const vault = pda.staking.rewardVault(localnet(), new PublicKey(a));
    expect(rewardLeafAt(rewards.leaves, 0).destination).to.deep.equal(vault);
    const named = await rewardsOf([
      header(1_000n),
      ...earning('a').map((line) => line.replace(/^(node,[^,]*),[^,]*/, `$1,${vault.toBase58()}`)),
      `paid,${a},${address('elsewhere')},50`,
    ]);
    // The leaf is the same, what the oracles were told is not.
    expect(hex(named.tree?.root)).to.equal(hex(rewards.tree?.root));
    expect(hex(named.inputHash)).not.to.equal(hex(rewards.inputHash));
  });

  it('have no tree before anybody earned', async () => {
    const rewards = await rewardsOf([header(), NODE]);
    expect(rewards.tree).to.equal(undefined);
    expect(rewards).to.include({ total: 0n, added: 0n, earning: 0 });
  });

  describe('are earned', () => {
    const cases: readonly (readonly [string, readonly string[], bigint])[] = [
      ['with everything', [NODE, BEATS, PROOFS, SPEED], 500n],
      ['with 55 heartbeats, by the minutes', [NODE, `beats,${a},${beats(55)}`, PROOFS, SPEED], 478n],
      ['not with 54', [NODE, `beats,${a},${beats(54)}`, PROOFS, SPEED], 0n],
      ['not without heartbeats', [NODE, PROOFS, SPEED], 0n],
      [
        'with heartbeats of several lines together',
        [NODE, `beats,${a},fffffffff000000`, `beats,${a},000000000ffffff`, PROOFS, SPEED],
        500n,
      ],
      [
        'with 3 of the last 4 proofs',
        [NODE, BEATS, proofs(`-${END - 9_000}+${END - 8_000}+${END - 7_000}+${END - 100}`), SPEED],
        500n,
      ],
      [
        'not with 2',
        [NODE, BEATS, proofs(`-${END - 9_000}+${END - 8_000}-${END - 7_000}+${END - 100}`), SPEED],
        0n,
      ],
      [
        'whatever came before the last 4',
        [
          NODE,
          BEATS,
          proofs(`-${END - 9_500}-${END - 9_400}`),
          PROOFS.replace(/\+\d+/, ''),
          proofs(`+${START - 9}`),
          SPEED,
        ],
        500n,
      ],
      ['with 3 proofs in all', [NODE, BEATS, proofs(`+${END - 3}+${END - 2}+${END - 1}`), SPEED], 500n],
      ['not with 2 in all', [NODE, BEATS, proofs(`+${END - 3}+${END - 2}`), SPEED], 0n],
      ['not without proofs', [NODE, BEATS, SPEED], 0n],
      [
        'with the last passed proof a day old',
        [NODE, BEATS, proofs(`+${END - 86_402}+${END - 86_401}+${END - 86_400}`), SPEED],
        500n,
      ],
      [
        'not with one older than that',
        [NODE, BEATS, proofs(`+${END - 86_403}+${END - 86_402}+${END - 86_401}-${END - 5}`), SPEED],
        0n,
      ],
      [
        'not when hired in the first second',
        [NODE, BEATS, PROOFS, SPEED, `hired,${a},0,${START - 50},${START + 1}`],
        0n,
      ],
      [
        'when the hire ended as the epoch began',
        [NODE, BEATS, PROOFS, SPEED, `hired,${a},0,${START - 50},${START}`],
        500n,
      ],
      [
        'not when hired in the last second',
        [NODE, BEATS, PROOFS, SPEED, `hired,${a},0,${END - 1},${END + 50}`],
        0n,
      ],
      [
        'when the hire begins with the next epoch',
        [NODE, BEATS, PROOFS, SPEED, `hired,${a},0,${END},${END + 50}`],
        500n,
      ],
      [
        'not when the stake fell short for a second',
        [NODE, BEATS, PROOFS, SPEED, `understaked,${a},${START + 9},${START + 10}`],
        0n,
      ],
      [
        'when it fell short before',
        [NODE, BEATS, PROOFS, SPEED, `understaked,${a},${START - 9},${START}`],
        500n,
      ],
      ['not without a speed test', [NODE, BEATS, PROOFS], 0n],
      ['not below low bandwidth down', [NODE, BEATS, PROOFS, `speed,${a},${START},99,75`], 0n],
      ['not below low bandwidth up', [NODE, BEATS, PROOFS, `speed,${a},${START},100,74`], 0n],
      ['at medium bandwidth, a tenth more', [NODE, BEATS, PROOFS, `speed,${a},${START},400,300`], 523n],
      ['at high bandwidth, a quarter more', [NODE, BEATS, PROOFS, `speed,${a},${START},800,300`], 555n],
      ['by the last speed test', [NODE, BEATS, PROOFS, SPEED, `speed,${a},${START + 9},20,20`], 0n],
    ];
    for (const [name, lines, share] of cases) {
      it(name, async () => {
        expect(await shareOf(...lines)).to.equal(share);
      });
    }

    it('by the devices that are idle and verified, each for itself', async () => {
      const node = NODE.replace(',1,100', ',4,100');
      const three = [passed('a', 0), passed('a', 1), passed('a', 2)];
      // Device 2 is hired, 3 has no proofs: two of four earn.
      const lines = [node, BEATS, ...three, SPEED, `hired,${a},2,${START + 600},${START + 601}`];
      expect(await shareOf(...lines)).to.equal(666n);
    });
  });

  describe('do not depend on', () => {
    const lines = [
      header(1_000_003n),
      ...['a', 'b', 'c', 'd', 'e'].flatMap((node, index) => earning(node, 75 + index * 25)),
      `hired,${address('b')},0,${START + 5},${START + 9}`,
      `hired,${address('b')},0,${START + 9},${START + 90}`,
      `paid,${address('c')},${address('c destination')},9`,
      `paid,${address('f')},${address('f destination')},99`,
      `understaked,${address('d')},${START},${END}`,
    ];
    const facts = ({ inputHash, tree, total }: EpochRewards): unknown => [
      hex(inputHash),
      hex(tree?.root),
      total,
    ];

    it('the order of the lines, lines that are repeated, and how the files are cut', async () => {
      const expected = facts(await rewardsOf(lines));
      const shuffled = fc
        .shuffledSubarray(lines, { minLength: lines.length })
        .chain((all) => fc.tuple(fc.constant(all), fc.subarray(all)));
      await fc.assert(
        fc.asyncProperty(
          shuffled,
          fc.nat(12),
          fc.integer({ min: 1, max: 400 }),
          async ([all, again], at, cut) => {
            const files = [[...all.slice(0, at), ...again], all.slice(at)].map((part, index) => {
              const bytes = Buffer.from(part.join(index === 0 ? '\r\n' : '\n'));
              const parts = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, i) =>
                bytes.subarray(i * cut, (i + 1) * cut),
              );
              return { name: `part ${index}`, parts };
            });
            expect(facts(await computeEpochRewards(await readEpochEvents(files)))).to.deep.equal(expected);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('the number of threads that read them', async () => {
      // Addresses of 32 to 44 characters, those at the bounds between the shares of the threads among them.
      const places = [0, 1, 2 ** 24, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 3 * 2 ** 30, 2 ** 32 - 1];
      const nodes = places.map((first) => {
        const bytes = Buffer.alloc(32);
        bytes.writeUInt32BE(first);
        return new PublicKey(bytes).toBase58();
      });
      const many = nodes.flatMap((node) => [
        `paid,${node},${address('destination')},5`,
        `understaked,${node},${START},${END}`,
        `node,${node},${address('destination')},1,100`,
      ]);
      const text = Buffer.from([...lines, ...many].join('\n'));
      const cut = text.lastIndexOf('\n', 2_000) + 1;
      const files = [
        { name: 'one', parts: [text.subarray(0, 777), text.subarray(777, cut)] },
        { name: 'two', parts: [text.subarray(cut)] },
      ];
      const read = (workers: number): Promise<EpochEvents> => readEpochEvents(files, { workers });
      const [alone, ...shared] = await Promise.all([0, 1, 2, 3, 8].map(read));
      const joined = ({ canonical }: EpochEvents): string =>
        canonical.map(({ bytes }) => hex(bytes)).join('');
      const expected = facts(await computeEpochRewards(alone!));
      for (const events of shared) {
        expect(joined(events)).to.equal(joined(alone!));
        expect(facts(await computeEpochRewards(events))).to.deep.equal(expected);
      }
    });

    it('how intervals and heartbeats are divided among lines', async () => {
      const whole = [
        header(),
        ...earning('a'),
        `hired,${a},0,${START + 5},${START + 90}`,
        `understaked,${a},5,9`,
      ];
      const divided = [
        ...whole.filter((line) => !/^(hired|understaked|beats)/.test(line)),
        `beats,${a},00000000000ffff`,
        `beats,${a},ffffffffffff000`,
        `hired,${a},0,${START + 40},${START + 90}`,
        `hired,${a},0,${START + 5},${START + 41}`,
        `understaked,${a},5,7`,
        `understaked,${a},7,9`,
        `understaked,${a},6,8`,
      ];
      expect(facts(await rewardsOf(divided))).to.deep.equal(facts(await rewardsOf(whole)));
    });

    it('but every fact changes the hash of the input', async () => {
      const base = [header(), ...earning('a')];
      const variants = [
        base,
        [header(1_000_001n), ...earning('a')],
        [header(1_000_000n, 8), ...earning('a')],
        [...base, `hired,${a},0,1,2`],
        [...base, `understaked,${a},1,2`],
        [...base, proofs(`+${START}`)],
        [...base, proofs(`-${START}`)],
        [...base, `speed,${a},1,1,1`],
        [...base, `paid,${a},${a},1`],
        [...base, `paid,${a},${address('b')},1`],
        [...base, `node,${address('b')},${a},1,100`],
        base.map((line) => line.replace(',1,100', ',1,101')),
        base.map((line) => line.replace(',1,100', ',2,100')),
        base.map((line) => line.replace(/^beats.*/, `beats,${a},${beats(59)}`)),
      ];
      const hashes = await Promise.all(
        variants.map(async (lines) => hex((await rewardsOf(lines)).inputHash)),
      );
      expect(new Set(hashes).size).to.equal(variants.length);
    });
  });

  it('never exceed the budget, never shrink, and match the definition', async () => {
    const node = fc.record({
      devices: fc.integer({ min: 1, max: 8 }),
      multiplier: fc.integer({ min: 0, max: 3_000 }),
      up: fc.integer({ min: 50, max: 60 }),
      speed: fc.constantFrom(['50,50', 0n], ['100,75', 100n], ['400,300', 110n], ['900,300', 125n] as const),
      paid: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    });
    const budget = fc.bigInt({ min: 0n, max: 10n ** 17n });
    await fc.assert(
      fc.asyncProperty(fc.array(node, { minLength: 1, maxLength: 30 }), budget, async (nodes, budget) => {
        const names = nodes.map((_, index) => `n${index}`);
        const lines = nodes.flatMap(({ devices, multiplier, up, speed, paid }, index) => {
          const at = address(names[index]!);
          return [
            `node,${at},${a},${devices},${multiplier}`,
            `beats,${at},${beats(up)}`,
            `speed,${at},5,${speed[0]}`,
            ...Array.from({ length: devices }, (_, device) => passed(names[index]!, device)),
            ...(paid > 0n ? [`paid,${at},${a},${paid}`] : []),
          ];
        });
        const rewards = await rewardsOf([header(budget), ...lines]);
        const weights = nodes.map(({ devices, multiplier, up, speed }) =>
          up < 55 ? 0n : BigInt(devices * multiplier) * (speed[1] as bigint) * BigInt(up * 60),
        );
        const sum = weights.reduce((total, weight) => total + weight, 0n);
        const expected = nodes.map(({ paid }, i) => paid + (sum === 0n ? 0n : (budget * weights[i]!) / sum));
        const leaves = names
          .map((name, i) => [name, expected[i]!] as const)
          .filter(([, amount]) => amount > 0n);
        expect(paidTo(rewards, ...names)).to.deep.equal(Object.fromEntries(leaves));
        expect(rewards.added <= budget).to.equal(true);
        expect(rewards.total).to.equal(expected.reduce((total, amount) => total + amount, 0n));
      }),
      { numRuns: 40 },
    );
  });

  it('read amounts to the unit, however large', async () => {
    for (const paid of [
      1n,
      2n ** 32n,
      10n ** 10n,
      2n ** 53n - 1n,
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 64n - 1n,
    ]) {
      const rewards = await rewardsOf([header(0n), `paid,${a},${a},${paid}`]);
      expect(paidTo(rewards, 'a')).to.deep.equal({ a: paid });
    }
  });

  it('refuse amounts beyond what an account holds', async () => {
    const most = 2n ** 64n - 1n;
    const paid = (name: string): string => `paid,${address(name)},${a},${most}`;
    for (const lines of [
      [...earning('a'), paid('a')],
      [paid('b'), paid('c')],
    ]) {
      const error = await rewardsOf([header(), ...lines]).catch((error: unknown) => error);
      expect(error).to.be.instanceOf(MathError).and.include({ code: 'Overflow' });
    }
  });

  describe('name each line that is wrong', () => {
    const wrong: readonly (readonly [string, string | readonly string[], RegExp])[] = [
      ['of an unknown kind', 'reboot,1', /there are no lines 'reboot'/],
      ['with a field too many', `beats,${a},${beats(1)},`, /'beats' has 3 fields, not 4/],
      ['with a field too few', `node,${a}`, /'node' has 5 fields, not 2/],
      ['of no address', `beats,${a}x,${beats(1)}`, /node is not an address/],
      ['of an address in another writing', `beats,1${a},${beats(1)}`, /node is not an address/],
      ['with a destination that is none', `node,${a},here,1,100`, /destination is not an address/],
      [
        'with the system program as destination',
        `node,${a},${'1'.repeat(32)},1,100`,
        /destination is not an address/,
      ],
      ['with 9 devices', `node,${a},${a},9,100`, /1 to 8 devices/],
      ['without devices', `node,${a},${a},0,100`, /1 to 8 devices/],
      ['with a multiplier out of range', `node,${a},${a},1,1000001`, /multiplier/],
      ['with short heartbeats', `beats,${a},ff`, /15 hexadecimal digits/],
      ['with capital heartbeats', `beats,${a},FFFFFFFFFFFFFFF`, /lower case/],
      ['with a device of 8', proofs('+5', 8), /device is not a number from 0 to 7/],
      ['without results', proofs(''), /no result/],
      ['with a result without sign', proofs('5'), /\+ for passed/],
      ['with a result without time', proofs('+5-'), /\+ for passed/],
      ['with a proof after the epoch', [NODE, proofs(`+${END}`)], /after the epoch/],
      ['with a speed test after the epoch', [NODE, `speed,${a},${END},1,1`], /after the epoch/],
      ['with an interval of nothing', `hired,${a},0,5,5`, /ends after it begins/],
      ['with an interval without end', `understaked,${a},5,`, /two times/],
      ['with a speed that is too high', `speed,${a},5,65536,1`, /up to 65,535/],
      ['with a number with leading zeros', `speed,${a},05,1,1`, /unix seconds/],
      ['with nothing paid', `paid,${a},${a},0`, /amount above zero/],
      ['with an amount with a leading zero', `paid,${a},${a},012`, /amount above zero/],
      ['with a leading zero before ten digits', `paid,${a},${a},01234567890`, /amount above zero/],
      ['with a negative amount', `paid,${a},${a},-1`, /amount above zero/],
      ['with an amount of 65 bits', `paid,${a},${a},18446744073709551616`, /amount above zero/],
      ['of a node that is not registered', `beats,${a},${beats(60)}`, /not registered/],
      ['of a device that the node has not', [NODE, passed('a', 1)], /no device 1: it has 1/],
      ['of another epoch', header(5n), /different epochs/],
      ['that registers otherwise', [NODE, NODE.replace(',100', ',200')], /otherwise in events\.csv:2/],
      [
        'that pays otherwise',
        [`paid,${a},${a},1`, `paid,${a},${a},2`],
        /another leaf of the node in events\.csv:2/,
      ],
      ['that pays elsewhere', [`paid,${a},${a},1`, `paid,${a},${address('b')},1`], /another leaf/],
      [
        'that failed what another passed',
        [NODE, proofs('+5'), proofs('-5')],
        /same second stands in events\.csv:3/,
      ],
      ['of two speeds in a second', [NODE, `speed,${a},5,1,1`, `speed,${a},5,1,2`], /same second/],
    ];
    for (const [name, lines, reason] of wrong) {
      it(name, async () => {
        const all = [header(), ...(typeof lines === 'string' ? [lines] : lines)];
        const problems = await problemsOf(all);
        expect(problems).to.have.length(1);
        expect(problems[0]).to.include({ file: 'events.csv', line: all.length });
        expect(problems[0]!.reason).to.match(reason);
      });
    }

    it('and all of them at once, by file', async () => {
      const file = (name: string, ...lines: string[]): { name: string; parts: Buffer[] } => ({
        name,
        parts: [Buffer.from(lines.join('\n'))],
      });
      const events = await readEpochEvents([file('one', header(), '', 'x'), file('two', NODE, 'y')]);
      const error = await computeEpochRewards(events).catch((error: unknown) => error);
      expect(error).to.be.instanceOf(RewardsError);
      const { problems, message } = error as RewardsError;
      expect(problems.map(({ file, line }) => `${file}:${line}`)).to.deep.equal(['one:3', 'two:2']);
      expect(message).to.contain("one:3: there are no lines 'x'");
    });

    it('the same on any number of threads, in the order of the lines', async () => {
      const nodes = ['a', 'b', 'c', 'd', 'e', 'f'].map(address);
      const unread = [
        header(),
        'x',
        '',
        ...nodes.flatMap((node) => [`beats,${node},1`, `no,${node},`, 'epoch']),
      ];
      const denied = [header(), ...nodes.flatMap((node) => [`speed,${node},1,1,1`, NODE, proofs('+5-5', 3)])];
      for (const text of [unread, denied]) {
        const parts = [Buffer.from(text.join('\n'))];
        const read = (workers: number): Promise<EpochEvents> =>
          readEpochEvents([{ name: 'events.csv', parts }], { workers });
        const [alone, ...shared] = await Promise.all([0, 2, 5].map(read));
        expect(alone!.problems.length).to.be.greaterThan(5);
        const lines = alone!.problems.map(({ line }) => line);
        expect(lines).to.deep.equal(lines.toSorted((a, b) => a - b));
        for (const { problems } of shared) expect(problems).to.deep.equal(alone!.problems);
      }
    });

    it('or stop when they are told to', async () => {
      for (const workers of [0, 2]) {
        const controller = new AbortController();
        const parts = [Buffer.from(`${header()}\n`), Buffer.from(NODE)];
        const onProgress = (): void => {
          controller.abort(new Error('enough'));
        };
        const options = { workers, signal: controller.signal, onProgress };
        const error = await readEpochEvents([{ name: 'events.csv', parts }], options).catch(
          (error: unknown) => error,
        );
        expect(error).to.be.instanceOf(Error).and.have.property('message', 'enough');
      }
    });

    it('or says that there is no header, another formula, no pool', async () => {
      expect((await problemsOf([NODE]))[0]?.reason).to.match(/no file has the line 'epoch'/);
      const parts = header().split(',');
      const changed: readonly (readonly [number, string, RegExp])[] = [
        [1, 'ionet:idle-reward:v0', /formula is not/],
        [2, 'xy', /cluster tag/],
        [3, 'p', /program is not an address/],
        [4, 'p', /pool is not an address/],
        [5, '0', /epoch is not/],
        [6, '-1', /start of the epoch/],
        [7, '1.5', /budget is not/],
      ];
      for (const [field, value, reason] of changed) {
        const line = parts.map((part, index) => (index === field ? value : part)).join(',');
        expect((await problemsOf([line]))[0]?.reason).to.match(reason);
      }
    });
  });
});
