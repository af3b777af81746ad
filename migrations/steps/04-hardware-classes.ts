import { packCalls, pda, staking } from '@ionet/sdk';
import { readHardwareModels } from '../../scripts/lib/hardware.js';
import { mergeTasks, stateOf, type Step } from '../lib/step.js';

/** The models of hardware that nodes can be of. */
export const hardwareClasses: Step = {
  name: '04-hardware-classes',
  summary: 'the models of hardware, with their multipliers and reference prices',
  async inspect({ client }) {
    const models = readHardwareModels();
    const addresses = models.map(({ id }) => pda.staking.class(client.deployment, id));
    const found = await client.accounts.staking.hardwareClass.fetchMany(addresses);
    const missing = models.filter((_, index) => found[index] === null);
    const changed = models.filter((model, index) => {
      const account = found[index];
      if (account == null) return false;
      return (
        account.multiplierX100 !== model.multiplierX100 || account.referencePrice !== model.referencePrice
      );
    });
    const facts = [
      `${models.length - missing.length} of ${models.length} classes are there`,
      // The admin may have changed them since.
      ...changed.map(({ name }) => `${name} has other figures than the file`),
    ];
    const calls = missing.map((model) => staking.createClass.call(client, model));
    const packed = packCalls(client.payer, calls);
    let at = 0;
    const tasks = packed.map((together) => {
      const names = missing.slice(at, (at += together.length)).map(({ name }) => name);
      return mergeTasks(`create the classes ${names.join(', ')}`, together);
    });
    return stateOf(facts, tasks);
  },
};
