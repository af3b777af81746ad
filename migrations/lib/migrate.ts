import { admin } from '../steps/07-admin.js';
import { deploymentFile } from '../steps/06-deployment-file.js';
import { hardwareClasses } from '../steps/04-hardware-classes.js';
import { ioMint } from '../steps/01-io-mint.js';
import { metadata } from '../steps/02-metadata.js';
import { programs } from '../steps/03-programs.js';
import { tokenGeneration } from '../steps/05-token-generation.js';
import { upgradeAuthority } from '../steps/08-upgrade-authority.js';
import { MigrationError, type Finding, type MigrationContext, type Step, type StepState } from './step.js';

/** All steps, in their order. */
export const STEPS: readonly Step[] = [
  ioMint,
  metadata,
  programs,
  hardwareClasses,
  tokenGeneration,
  deploymentFile,
  admin,
  upgradeAuthority,
];

/** What a step found, and what was done. */
export interface StepReport {
  readonly step: Step;
  readonly state: Finding;
}

/** Is told what happens while it happens. */
export type Journal = (step: Step, what: string, signature: string | null) => void;

/** What every step finds, without changing anything. */
export async function inspectAll(context: MigrationContext): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (const step of STEPS) reports.push({ step, state: await inspect(step, context) });
  return reports;
}

async function inspect(step: Step, context: MigrationContext): Promise<Finding> {
  try {
    return await step.inspect(context);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return { kind: 'refused', facts: [error.message] };
  }
}

/**
 * Runs every step: looks at the chain, does the first thing that is missing, and looks again, so that wherever it is
 * interrupted the next run goes on. What somebody else has to sign does not hold up other steps.
 */
export async function migrate(context: MigrationContext, journal: Journal): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (const step of STEPS) reports.push({ step, state: await complete(step, context, journal) });
  return reports;
}

async function complete(step: Step, context: MigrationContext, journal: Journal): Promise<StepState> {
  let left = Infinity;
  for (;;) {
    const state = await step.inspect(context);
    if (state.kind !== 'missing') return state;
    if (state.tasks.length >= left) {
      throw new MigrationError(`${step.name}: '${state.tasks[0].what}' was done, and is missing still`);
    }
    left = state.tasks.length;
    const [task] = state.tasks;
    if ('call' in task) {
      const { signature } = await context.client.send(task.call);
      journal(step, task.what, signature);
    } else {
      task.run();
      journal(step, task.what, null);
    }
  }
}
