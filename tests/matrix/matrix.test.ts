import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { calls, type Variant } from './fixtures.js';
import { mutantsOf, type Mutant } from './mutants.js';
import { report, type Row } from './report.js';
import { declared, type Verdict } from './rules.js';
import { effectOf, run, sameEffect, tokensOf, undo, type Change } from './run.js';
import { bareWorld, mainWorld } from './world.js';

const REPORT = 'docs/security/matrix.md';

/** Whoever only asks whether a case turns red needs no second one. */
const UNTIL_FIRST_RED = process.env.MATRIX_UNTIL_FIRST_RED !== undefined;

/** Says what became of a mutant, or what is wrong with it. */
function judge(
  verdicts: readonly Verdict[],
  mutant: Mutant,
  valid: readonly Change[],
  outcome: Awaited<ReturnType<typeof run>>,
): { readonly kind: Verdict['kind'] } | { readonly problem: string } {
  const allows = (kind: Verdict['kind']): boolean => verdicts.some((verdict) => verdict.kind === kind);
  if (outcome.refused !== null) {
    const { refused } = outcome;
    const right = verdicts.some((verdict) => verdict.kind === 'refused' && verdict.errors.includes(refused));
    return right ? { kind: 'refused' } : { problem: `refused with ${refused}, which is not declared` };
  }
  const { changes } = outcome;
  const same = sameEffect(effectOf(changes, mutant.replaced), effectOf(valid, mutant.replaced));
  if (
    same &&
    (allows('harmless') || allows('credited') || allows('means zero') || allows('another target'))
  ) {
    return { kind: 'harmless' };
  }
  if (allows('credited') && creditedOnly(mutant, valid, changes)) return { kind: 'credited' };
  // Tokens are neither made nor lost whatever stands in the slot.
  const conserved = changes.map(tokensOf).reduce((sum, tokens) => sum + tokens, 0n) === 0n;
  for (const kind of ['means zero', 'another target'] as const)
    if (allows(kind) && conserved) return { kind };
  return { problem: same ? 'harmless, which is not declared' : 'it went through with another effect' };
}

/** The account that cannot receive got nothing, what it was due stayed in a vault, and nobody else got less. */
function creditedOnly(mutant: Mutant, valid: readonly Change[], changes: readonly Change[]): boolean {
  const blocked = mutant.accounts[0]?.address;
  if (blocked === undefined) return false;
  const moved = (list: readonly Change[]): Map<string, bigint> =>
    new Map(list.map((change) => [change.address.toBase58(), tokensOf(change)]));
  const [before, after] = [moved(valid), moved(changes)];
  const due = before.get(blocked.toBase58()) ?? 0n;
  const differs = [...before].filter(
    ([address, tokens]) => address !== blocked.toBase58() && (after.get(address) ?? 0n) !== tokens,
  );
  const [kept] = differs;
  return (
    (after.get(blocked.toBase58()) ?? 0n) === 0n &&
    (due === 0n
      ? differs.length === 0
      : differs.length === 1 && (after.get(kept?.[0] ?? '') ?? 0n) === (kept?.[1] ?? 0n) + due)
  );
}

describe('account-substitution matrix', function () {
  this.timeout(180_000);
  const rows: Row[] = [];
  let worlds: { main: Awaited<ReturnType<typeof mainWorld>>; bare: Awaited<ReturnType<typeof bareWorld>> };

  before(async () => {
    worlds = { main: await mainWorld(), bare: await bareWorld() };
  });

  async function attack({ program, name, title, fixture, unread = [] }: Variant): Promise<void> {
    const world = worlds[fixture.world];
    world.market.restore(world.snapshot);
    const call = fixture.world === 'main' ? await fixture.call(worlds.main) : await fixture.call(worlds.bare);
    const valid = call.instructions.at(-1);
    if (valid === undefined) throw new Error('the fixture gives no instruction');
    const before = call.instructions.slice(0, -1);
    const mutants = mutantsOf(world, program, name, valid);
    const effect = await run(world, program, before, valid);
    if (effect.refused !== null) throw new Error(`the valid call is refused with ${effect.refused}`);
    expect(effectOf(effect.changes).size, 'what the valid call changes').to.be.greaterThan(0);
    undo(
      world,
      effect.changes.map((change) => change.before ?? { address: change.address }),
    );

    const problems: string[] = [];
    for (const mutant of mutants) {
      const earlier = mutant.accounts.map(
        ({ address }) => world.market.network.getAccount(address) ?? { address },
      );
      for (const account of mutant.accounts) world.market.network.setAccount(account);
      const outcome = await run(world, program, before, mutant.instruction);
      if (outcome.refused === null) {
        undo(
          world,
          outcome.changes.map((change) => change.before ?? { address: change.address }),
        );
      }
      undo(world, earlier);
      const verdicts = [
        ...declared(program, name, mutant),
        ...(unread.includes(mutant.slot) ? [{ kind: 'harmless' } as const] : []),
      ];
      const found = judge(verdicts, mutant, effect.changes, outcome);
      if ('problem' in found) {
        problems.push(`${mutant.slot}: ${mutant.id} ${mutant.variant}: ${found.problem}`);
        if (UNTIL_FIRST_RED) break;
      } else {
        rows.push({ program, instruction: title, mutant: mutant.id, kind: found.kind });
      }
    }
    expect(problems, problems.join('\n')).to.be.empty;
  }

  for (const call of calls) it(`${call.program}: ${call.title}`, () => attack(call));

  it(`is what ${REPORT} says`, () => {
    const text = report(rows);
    if (process.env.WRITE_MATRIX !== undefined) writeFileSync(REPORT, text);
    const committed = readFileSync(REPORT, 'utf8');
    expect(committed, `run WRITE_MATRIX=1 npx mocha tests/matrix/matrix.test.ts to write it`).to.equal(text);
  });
});
