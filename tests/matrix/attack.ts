import type { TransactionInstruction } from '@solana/web3.js';
import type { Variant } from './fixtures.js';
import { mutantsOf, type Mutant } from './mutants.js';
import { declared, type Verdict } from './rules.js';
import { effectOf, run, sameEffect, tokensOf, undo, type Change } from './run.js';
import { bareWorld, mainWorld, type Places, type World } from './world.js';

/** The worlds that calls are made in. */
export interface Worlds {
  readonly main: World & Places;
  readonly bare: World;
}

export const makeWorlds = async (): Promise<Worlds> => ({ main: await mainWorld(), bare: await bareWorld() });

/** A valid call in the world that it is valid in, and what goes before it in its transaction. */
export interface Prepared {
  readonly world: World;
  readonly before: readonly TransactionInstruction[];
  readonly valid: TransactionInstruction;
}

/** Brings a call's world to where the call is valid. */
export async function prepare(worlds: Worlds, { fixture }: Variant): Promise<Prepared> {
  const world = worlds[fixture.world];
  world.market.restore(world.snapshot);
  const call = fixture.world === 'main' ? await fixture.call(worlds.main) : await fixture.call(worlds.bare);
  const valid = call.instructions.at(-1);
  if (valid === undefined) throw new Error('the fixture gives no instruction');
  return { world, before: call.instructions.slice(0, -1), valid };
}

/** What became of one altered call. */
export interface Case {
  readonly mutant: Mutant;
  readonly found: { readonly kind: Verdict['kind'] } | { readonly problem: string };
}

/**
 * Makes the valid call, and undoes it; then alters it in each way and says what became of it, and undoes that. The
 * ways of the slot `first` come first.
 */
export async function* attack(
  { program, name, unread = [] }: Variant,
  { world, before, valid }: Prepared,
  first?: string,
): AsyncGenerator<Case> {
  const mutants = mutantsOf(world, program, name, valid);
  const effect = await run(world, program, before, valid);
  if (effect.refused !== null) throw new Error(`the valid call is refused with ${effect.refused}`);
  undo(
    world,
    effect.changes.map((change) => change.before ?? { address: change.address }),
  );
  if (effectOf(effect.changes).size === 0) throw new Error('the valid call changes nothing');

  const ordered =
    first === undefined
      ? mutants
      : [...mutants.filter(({ slot }) => slot === first), ...mutants.filter(({ slot }) => slot !== first)];
  for (const mutant of ordered) {
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
    yield { mutant, found: judge(verdicts, mutant, effect.changes, outcome) };
  }
}

/** A case that is not as declared, in words. */
export const complaint = ({ id, slot, variant }: Mutant, problem: string): string =>
  `${slot}: ${id} ${variant}: ${problem}`;

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
