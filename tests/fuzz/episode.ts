import { createMarket, type Market, type MarketSnapshot, type TransactionObserver } from '@ionet/sdk/testing';
import type { ProgramName } from '@ionet/sdk';
import { perform, type Action, type Outcome } from '../invariants/actions.js';
import { World } from '../invariants/model.js';
import { Random } from '../invariants/random.js';
import { actionSets } from '../invariants/sets.js';
import { MissingItem, Tape, type Draw } from './tape.js';

/** Steps until a new market is taken: few enough to replay them often. */
export const EPISODE_STEPS = 500;

const everything = actionSets.flatMap((set) => set.actions);

/** One thing that was done, with all that was chosen for it: enough to do it again. */
export interface Step {
  /** Its place in the episode that it was drawn in. A job that it books has this id. */
  readonly index: number;
  readonly action: string;
  readonly seed: bigint;
  readonly draws: readonly Draw[];
  /** The job that it booked, if it did. */
  readonly booked?: string;
  readonly outcome: Outcome | 'failed';
}

/** How an episode ended. */
export interface Episode {
  readonly steps: readonly Step[];
  /** What was wrong; `undefined` where nothing was. */
  readonly failure?: { readonly message: string; readonly windingDown: boolean };
}

/** A market that episodes begin with, as new each time. */
export interface Stage {
  readonly market: Market;
  readonly snapshot: MarketSnapshot;
}

export async function makeStage(
  programs: Readonly<Record<ProgramName, Uint8Array>>,
  observer?: TransactionObserver,
): Promise<Stage> {
  const { market } = await createMarket({ programs, ...(observer === undefined ? {} : { observer }) });
  return { market, snapshot: market.snapshot() };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Compares the chain with the model, and with what each set knows besides. */
async function check(world: World): Promise<void> {
  await world.check();
  for (const set of actionSets) await set.check?.(world);
}

class Run {
  readonly #steps: Step[] = [];

  private constructor(
    readonly world: World,
    readonly tape: Tape,
  ) {}

  static async begin({ market, snapshot }: Stage): Promise<Run> {
    market.restore(snapshot);
    const tape = new Tape(0n);
    const world = await World.make(market, tape);
    for (const set of actionSets) await set.begin?.(world);
    return new Run(world, tape);
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Does a step and checks the model after it; gives what was wrong. */
  async step(
    { index, action: name, seed }: Pick<Step, 'index' | 'action' | 'seed'>,
    draws?: readonly Draw[],
  ): Promise<string | undefined> {
    const { world, tape } = this;
    const action = everything.find((one) => one.name === name);
    if (action === undefined) throw new RangeError(`there is no action ${name}`);
    tape.begin(seed, draws);
    // The same id wherever the steps before are left out, and so the same addresses.
    world.nextId = BigInt(index);
    world.settled = undefined;
    const before = world.jobs.length;
    let outcome: Step['outcome'] = 'failed';
    try {
      outcome = await perform(world, action);
      // What was refused has changed nothing: a transaction is done in whole or not at all.
      if (outcome === 'done' && action.outside !== true) await check(world);
      return undefined;
    } catch (error) {
      if (error instanceof MissingItem) {
        outcome = 'idle';
        return undefined;
      }
      return messageOf(error);
    } finally {
      const booked = world.jobs[before]?.address.toBase58();
      const step = { index, action: name, seed, draws: tape.written, outcome };
      if (outcome !== 'idle') this.#steps.push(booked === undefined ? step : { ...step, booked });
    }
  }

  /** Everybody gets out what is his. */
  async end(keepBlocks: boolean): Promise<Episode> {
    const { steps, tape, world } = this;
    tape.begin(0n);
    world.settled = undefined;
    try {
      await world.windDown({ keepBlocks });
      for (const set of actionSets) await set.windDown?.(world);
      return { steps };
    } catch (error) {
      return { steps, failure: { message: messageOf(error), windingDown: true } };
    }
  }
}

/** Does random steps until one fails or all are done. */
export async function explore(
  stage: Stage,
  seed: bigint,
  count: number,
  actions: readonly Action[] = everything,
): Promise<Episode> {
  const choices = new Random(seed);
  const run = await Run.begin(stage);
  try {
    for (let index = 0; run.steps.length < count; index += 1) {
      const { name: action } = choices.weighted(actions);
      const message = await run.step({ index, action, seed: choices.big(0n, 1n << 62n) });
      if (message !== undefined) return { steps: run.steps, failure: { message, windingDown: false } };
    }
    return await run.end(seed % 2n === 0n);
  } finally {
    run.world.close();
  }
}

/** Does recorded steps again. */
export async function replay(stage: Stage, seed: bigint, steps: readonly Step[]): Promise<Episode> {
  const run = await Run.begin(stage);
  try {
    for (const step of steps) {
      const message = await run.step(step, step.draws);
      if (message !== undefined) return { steps: run.steps, failure: { message, windingDown: false } };
    }
    return await run.end(seed % 2n === 0n);
  } finally {
    run.world.close();
  }
}
