import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { mocha, type ExternalSuite } from './suite.js';

/** The Go module of KubeRay's operator, which carries the schema of its resources. */
const MODULE = 'github.com/ray-project/kuberay/ray-operator@v1.4.2';
const SCHEMA = 'config/crd/bases/ray.io_rayclusters.yaml';

/** Where Go has put the module, `undefined` where it is not there or cannot fetch it. */
function fetchModule(directory: string): string | undefined {
  const { status, stdout } = spawnSync('go', ['mod', 'download', '-json', MODULE], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? (JSON.parse(stdout) as { readonly Dir: string }).Dir : undefined;
}

/** What clusters are rendered to, by the schema that KubeRay publishes. */
export const kuberay: ExternalSuite = {
  skipped: `clusters by KubeRay's schema: go cannot fetch ${MODULE} here`,

  run(directory) {
    const home = fetchModule(directory);
    if (home === undefined) return Promise.resolve(null);
    return Promise.resolve(mocha(['tests/external/kuberay.ts'], { KUBERAY_SCHEMA: join(home, SCHEMA) }));
  },
};
