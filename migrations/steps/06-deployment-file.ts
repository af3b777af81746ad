import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deploymentJson } from '@ionet/sdk';
import { MigrationError, stateOf, type Step } from '../lib/step.js';

/** The file that the SDK, `io` and services load. */
export const deploymentFile: Step = {
  name: '06-deployment-file',
  summary: 'the deployment file that the SDK loads, with the roles that io audit holds the chain to',
  inspect({ client, config }) {
    const { multisig: admin, pauser, guardian, appealAuthority, upgradeAuthority } = config.roles;
    const roles = { admin, pauser, guardian, appealAuthority, upgradeAuthority };
    const text = `${JSON.stringify(deploymentJson(client.deployment, roles), null, 2)}\n`;
    const file = config.deploymentFile;
    if (!existsSync(file)) {
      return Promise.resolve(
        stateOf(
          [],
          [
            {
              what: `write ${file}`,
              run: () => {
                write(file, text);
              },
            },
          ],
        ),
      );
    }
    if (readFileSync(file, 'utf8') !== text) {
      throw new MigrationError(`${file} describes another deployment: move it away, or name another file`);
    }
    return Promise.resolve(stateOf([`${file} is written`], []));
  },
};

/** Whole or not at all, wherever the process ends. */
function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
