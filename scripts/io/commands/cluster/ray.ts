import { Command } from 'commander';
import type { Output } from '../../program.js';
import { ask, idOf, withSchedulerOption, type SchedulerOptions } from './options.js';

interface RayOptions extends SchedulerOptions {
  readonly id: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly rayVersion?: string;
  readonly image?: string;
}

const EXAMPLES = `
Examples:
  io cluster ray --id <digits> --namespace jobs > cluster.yaml
  io cluster ray --id <digits> | kubectl apply -f -
`;

/** `io cluster ray`: a cluster as a resource of Kubernetes. */
export function rayCommand(output: Output): Command {
  return withSchedulerOption(
    new Command('ray')
      .summary('the RayCluster resource of a cluster, for KubeRay')
      .description('Prints a cluster as a RayCluster resource of Kubernetes, in YAML.')
      .requiredOption('--id <digits>', 'of the cluster')
      .option('--name <name>', 'of the resource; by default of the cluster')
      .option('--namespace <name>', 'of the resource')
      .option('--ray-version <version>', 'of Ray; by default the one that is tested')
      .option('--image <name>', 'of the containers; by default Ray’s own'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async ({ id, name, namespace, rayVersion, image, ...options }: RayOptions) => {
      const given = Object.entries({ name, namespace, rayVersion, image }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const query = new URLSearchParams(given).toString();
      output.write(await ask(options, `/clusters/${idOf(id)}/raycluster${query === '' ? '' : `?${query}`}`));
    });
}
