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
import { renderTable } from '../../scripts/lib/table.js';

/** How often an instruction went through, and with which errors it was refused. */
interface Line {
  readonly program: ProgramName;
  readonly instruction: string;
  done: number;
  readonly refused: Map<string, number>;
}

/** An instruction that runs, whether a transaction holds it or another program calls it. */
interface Frame {
  readonly program: string;
  instruction?: string;
}

/** What nothing in the random steps makes fail, and why. */
const NEVER_REFUSED: ReadonlyMap<string, string> = new Map([
  ['staking.harvest', 'anyone may send it at any time; where nothing came in it does nothing'],
]);

const LOG = /^Program (?:(\w+) (invoke|success|failed)|log: Instruction: (\w+))/u;

/** Which instructions a run reached, as the programs' logs tell it. */
export class Coverage {
  readonly #lines = new Map<string, Line>();

  constructor(readonly deployment: Deployment) {
    for (const program of programNames) {
      for (const { name } of idls[program].instructions) {
        const key = `${deployment.programs[program].toBase58()} ${name.toLowerCase()}`;
        this.#lines.set(key, { program, instruction: name, done: 0, refused: new Map() });
      }
    }
  }

  /** Counts the instructions of a transaction; where one failed, the innermost of ours as refused, and none as done. */
  readonly note = ({ message }: VersionedTransaction, outcome: TransactionOutcome): void => {
    const { failure, logs } = outcome;
    const frames: Frame[] = [];
    for (const log of logs) {
      const [, program, what, instruction] = LOG.exec(log) ?? [];
      const top = frames.at(-1);
      if (what === 'invoke') frames.push({ program: program! });
      else if (instruction !== undefined && top !== undefined) top.instruction ??= instruction;
      else if (what === 'success') {
        frames.pop();
        if (failure === null) this.#count(top, (line) => (line.done += 1));
      } else if (what === 'failed') {
        // What a program of others refuses, such as an account that exists, it refuses to the program that called it.
        if (this.#lineOf(top) === undefined) {
          frames.pop();
          continue;
        }
        this.#count(top, (line) => {
          const keys = message.staticAccountKeys;
          const programs = message.compiledInstructions.map(({ programIdIndex }) => keys[programIdIndex]!);
          const name = nameOf(failureToError(outcome, programs, this.deployment), line.program);
          line.refused.set(name, (line.refused.get(name) ?? 0) + 1);
        });
        return;
      }
    }
  };

  /** Instructions that did not both go through and get refused, but for those that cannot. */
  holes(): string[] {
    return [...this.#lines.values()].flatMap(({ program, instruction, done, refused }) => [
      ...(done === 0 ? [`${program}.${instruction} never went through`] : []),
      ...(refused.size === 0 && !NEVER_REFUSED.has(`${program}.${instruction}`)
        ? [`${program}.${instruction} was never refused`]
        : []),
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

  #count(frame: Frame | undefined, add: (line: Line) => void): void {
    const line = this.#lineOf(frame);
    if (line !== undefined) add(line);
  }

  #lineOf(frame: Frame | undefined): Line | undefined {
    if (frame?.instruction === undefined) return undefined;
    return this.#lines.get(`${frame.program} ${frame.instruction.toLowerCase()}`);
  }
}

/** An error by its name, with the program's where another one gave it. */
function nameOf(error: Error, program: ProgramName): string {
  if (!isProgramError(error)) return error.name;
  return error.program === program ? error.name : `${error.program}.${error.name}`;
}
