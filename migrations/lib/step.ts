import { mergeCalls, type Call, type Client } from '@ionet/sdk';
import type { TransactionInstruction } from '@solana/web3.js';
import type { MigrationConfig } from './config.js';

/** What stands in the way of a migration and only people can resolve. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** What every step works with. */
export interface MigrationContext {
  /** Reads the chain, and signs as the deployer. */
  readonly client: Client;
  readonly config: MigrationConfig;
}

/** Something that a step still has to do. */
export type Task =
  | {
      /** What it does, in words. */
      readonly what: string;
      /** One transaction. */
      readonly call: Call;
    }
  | {
      readonly what: string;
      /** What is done here, beside the chain. */
      run(this: void): void;
    };

/** What a step finds. */
export type StepState =
  | {
      readonly kind: 'done';
      /** What is there. */
      readonly facts: readonly string[];
    }
  | {
      readonly kind: 'missing';
      readonly facts: readonly string[];
      /** What is to do, in this order; never empty. */
      readonly tasks: readonly [Task, ...Task[]];
    }
  | {
      /** Somebody else has to act first; steps that do not depend on it go on. */
      readonly kind: 'waiting';
      readonly facts: readonly string[];
      /** What is to be signed, by whom. */
      readonly toSign: readonly { readonly what: string; readonly instruction: TransactionInstruction }[];
    };

/** What a step finds where nothing shall be changed: also what would stop it. */
export type Finding = StepState | { readonly kind: 'refused'; readonly facts: readonly string[] };

/** One numbered step of the migration. */
export interface Step {
  readonly name: string;
  /** What is there when it is done. */
  readonly summary: string;
  /**
   * Reads the chain and says what is there and what is missing. Throws a {@link MigrationError} where it finds what
   * this migration would never have made.
   */
  inspect(this: void, context: MigrationContext): Promise<StepState>;
}

/** `missing` with the tasks, `done` where there are none. */
export function stateOf(facts: readonly string[], tasks: readonly Task[]): StepState {
  const [first, ...rest] = tasks;
  return first === undefined ? { kind: 'done', facts } : { kind: 'missing', facts, tasks: [first, ...rest] };
}

/** Calls that go into one transaction. */
export function mergeTasks(what: string, calls: readonly Call[]): Task {
  return { what, call: mergeCalls(calls) };
}
