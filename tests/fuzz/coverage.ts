import type { VersionedTransaction } from '@solana/web3.js';
import {
  failureToError,
  idls,
  isProgramError,
  programNames,
  type Deployment,
  type ProgramName,
  type TransactionOutcome,
} from '@ionet/sdk';
import { actionSets } from '../invariants/sets.js';
import { renderTable } from '../../scripts/lib/table.js';

const DISCRIMINATOR = 8;

/** How often an instruction went through, and with which errors it was refused. */
interface Reached {
  done: number;
  readonly refused: Map<string, number>;
}

interface Line extends Reached {
  readonly program: ProgramName;
  readonly instruction: string;
}

/** Which instructions a run reached, as the network saw it. */
export class Coverage {
  readonly #lines = new Map<string, Line>();

  constructor(readonly deployment: Deployment) {
    for (const program of new Set(actionSets.flatMap(({ programs }) => programs))) {
      for (const { name, discriminator } of idls[program].instructions) {
        const key = `${deployment.programs[program].toBase58()} ${discriminator.join()}`;
        this.#lines.set(key, { program, instruction: name, done: 0, refused: new Map() });
      }
    }
  }

  /** Counts the instructions of a transaction: where one failed, that one as refused. */
  readonly note = ({ message }: VersionedTransaction, outcome: TransactionOutcome): void => {
    const keys = message.staticAccountKeys;
    const programs = message.compiledInstructions.map(({ programIdIndex }) => keys[programIdIndex]!);
    for (const [index, { data }] of message.compiledInstructions.entries()) {
      const discriminator = data.subarray(0, DISCRIMINATOR).join();
      const line = this.#lines.get(`${programs[index]!.toBase58()} ${discriminator}`);
      if (line === undefined) continue;
      if (outcome.failure === null) line.done += 1;
      else if (outcome.failure.instruction?.index === index) {
        const name = nameOf(failureToError(outcome, programs, this.deployment), line.program);
        line.refused.set(name, (line.refused.get(name) ?? 0) + 1);
      }
    }
  };

  /** Instructions that did not both go through and get refused. */
  holes(): string[] {
    return [...this.#lines.values()].flatMap(({ program, instruction, done, refused }) => [
      ...(done === 0 ? [`${program}.${instruction} never went through`] : []),
      ...(refused.size === 0 ? [`${program}.${instruction} was never refused`] : []),
    ]);
  }

  /** A line for each instruction, however wide. */
  table(): string {
    const rows = [...this.#lines.values()].map(({ program, instruction, done, refused }) => {
      const errors = [...refused].sort(([, a], [, b]) => b - a);
      const times = errors.reduce((sum, [, count]) => sum + count, 0);
      const words = errors.map(([error]) => error).join(' ');
      return [program, instruction, String(done), String(times), words];
    });
    const columns = [
      { head: 'program' },
      { head: 'instruction' },
      { head: 'done', align: 'right' },
      { head: 'refused', align: 'right' },
      { head: 'with' },
    ] as const;
    return renderTable(columns, rows, Number.POSITIVE_INFINITY);
  }

  /** The programs that no action of the fuzzer is made for. */
  static notFuzzed(): ProgramName[] {
    return programNames.filter((name) => !actionSets.some(({ programs }) => programs.includes(name)));
  }
}

/** An error by its name, with the program's where another one gave it. */
function nameOf(error: Error, program: ProgramName): string {
  if (!isProgramError(error)) return error.name;
  return error.program === program ? error.name : `${error.program}.${error.name}`;
}
