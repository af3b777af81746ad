import { programNames } from '@ionet/sdk';
import { actions, governanceOf } from '../lib/governance.js';
import { MigrationError, mergeTasks, stateOf, type Step } from '../lib/step.js';

/** The admin role of every program, handed to the multisig: proposed here, accepted by itself. */
export const admin: Step = {
  name: '07-admin',
  summary: 'the multisig is the admin of every program, by its own signature',
  async inspect({ client, config }) {
    const { multisig } = config.roles;
    const roles = await governanceOf(client);
    const taken = programNames.filter((name) => roles[name]?.admin.equals(multisig) === true);
    const rest = programNames.filter((name) => !taken.includes(name));
    const facts = taken.map((name) => `${name}: the multisig is the admin`);
    const toPropose = rest.filter((name) => roles[name]?.pendingAdmin?.equals(multisig) !== true);
    const foreign = toPropose.find((name) => roles[name]?.admin.equals(config.deployer) === false);
    if (foreign !== undefined) {
      throw new MigrationError(
        `the admin of ${foreign} is ${roles[foreign]?.admin.toBase58() ?? ''}, neither the deployer nor the multisig`,
      );
    }
    if (toPropose.length > 0) {
      const calls = toPropose.map((name) => actions[name].proposeAdmin.call(client, { newAdmin: multisig }));
      const what = `propose ${multisig.toBase58()} as admin of ${toPropose.join(', ')}`;
      return stateOf(facts, [mergeTasks(what, calls)]);
    }
    if (rest.length === 0) return stateOf(facts, []);
    const toSign = rest.flatMap((name) =>
      actions[name].acceptAdmin
        .call(client, { newAdmin: multisig })
        .instructions.map((instruction) => ({ what: `accept_admin of ${name}`, instruction })),
    );
    return { kind: 'waiting', facts, toSign };
  },
};
