import type { TransactionInstruction } from '@solana/web3.js';
import { renderTable } from '../../scripts/lib/table.js';
import type { StepReport } from './migrate.js';

/** An instruction as `--json` prints it, to be put into a proposal of the multisig. */
export interface InstructionJson {
  readonly what: string;
  readonly programId: string;
  readonly accounts: readonly {
    readonly address: string;
    readonly signer: boolean;
    readonly writable: boolean;
  }[];
  /** Base64. */
  readonly data: string;
}

/** A step as `--json` prints it. */
export interface StepJson {
  readonly step: string;
  readonly state: StepReport['state']['kind'];
  readonly facts: readonly string[];
  /** What is still to do. */
  readonly tasks: readonly string[];
  /** What somebody else has to sign. */
  readonly toSign: readonly InstructionJson[];
}

/** A step's report without functions and classes. */
export function reportJson({ step, state }: StepReport): StepJson {
  return {
    step: step.name,
    state: state.kind,
    facts: state.facts,
    tasks: state.kind === 'missing' ? state.tasks.map(({ what }) => what) : [],
    toSign:
      state.kind === 'waiting'
        ? state.toSign.map(({ what, instruction }) => instructionJson(what, instruction))
        : [],
  };
}

function instructionJson(what: string, instruction: TransactionInstruction): InstructionJson {
  return {
    what,
    programId: instruction.programId.toBase58(),
    accounts: instruction.keys.map(({ pubkey, isSigner, isWritable }) => ({
      address: pubkey.toBase58(),
      signer: isSigner,
      writable: isWritable,
    })),
    data: instruction.data.toString('base64'),
  };
}

/** The states of all steps, for people. */
export function describe(reports: readonly StepReport[], width: number): string {
  const rows = reports.map(({ step, state }) => [step.name, state.kind, step.summary]);
  const table = renderTable([{ head: 'step' }, { head: 'state' }, { head: 'what it makes' }], rows, width);
  const details = reports.map(reportJson).map(({ step, facts, tasks, toSign }) => {
    const lines = [
      ...facts.map((fact) => `  ${fact}`),
      ...tasks.map((task) => `  to do: ${task}`),
      ...toSign.map(
        ({ what, programId, accounts, data }) =>
          `  to sign: ${what}\n    program ${programId}, data ${data} (base64), accounts:\n${accounts
            .map(
              ({ address, signer, writable }) =>
                `      ${address}${signer ? ' signer' : ''}${writable ? ' writable' : ''}`,
            )
            .join('\n')}`,
      ),
    ];
    return [step, ...lines].join('\n');
  });
  return [table, ...details].join('\n\n');
}
