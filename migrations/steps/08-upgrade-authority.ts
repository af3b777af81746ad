import { UPGRADEABLE_LOADER, programDataAddress, programNames, type Call } from '@ionet/sdk';
import { TransactionInstruction, type PublicKey } from '@solana/web3.js';
import { governanceOf } from '../lib/governance.js';
import { upgradeAuthorityOf } from '../lib/programs.js';
import { MigrationError, mergeTasks, stateOf, type Step } from '../lib/step.js';

/**
 * The upgrade authority of every program. The loader asks for no signature of the new one, so this comes last: when the
 * multisig has signed for its other roles it is no address by mistake.
 */
export const upgradeAuthority: Step = {
  name: '08-upgrade-authority',
  summary: 'the deployer can change nothing any more',
  async inspect({ client, config }) {
    const { multisig, upgradeAuthority: heir } = config.roles;
    const found = await Promise.all(
      programNames.map(async (name) => [name, await upgradeAuthorityOf(client, name)] as const),
    );
    const facts = found
      .filter(([, authority]) => authority?.equals(heir) === true)
      .map(([name]) => `${name}: upgraded by ${heir.toBase58()} alone`);
    const rest = found.filter(([, authority]) => authority?.equals(heir) !== true);
    if (rest.length === 0) return stateOf(facts, []);
    const roles = await governanceOf(client);
    if (!programNames.every((name) => roles[name]?.admin.equals(multisig) === true)) {
      return { kind: 'waiting', facts: [...facts, 'not before the multisig is the admin'], toSign: [] };
    }
    const foreign = rest.find(([, authority]) => authority?.equals(config.deployer) !== true);
    if (foreign !== undefined) {
      const [name, authority] = foreign;
      throw new MigrationError(
        `the upgrade authority of ${name} is ${authority?.toBase58() ?? 'nobody'}, not the deployer`,
      );
    }
    const calls = rest.map(([name]) =>
      setUpgradeAuthority(client.deployment.programs[name], config.deployer, heir),
    );
    const what = `make ${heir.toBase58()} the upgrade authority of ${rest.map(([name]) => name).join(', ')}`;
    return stateOf(facts, [mergeTasks(what, calls)]);
  },
};

const SET_AUTHORITY = 4;

function setUpgradeAuthority(programId: PublicKey, present: PublicKey, next: PublicKey): Call {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(SET_AUTHORITY);
  const instruction = new TransactionInstruction({
    programId: UPGRADEABLE_LOADER,
    keys: [
      { pubkey: programDataAddress(programId), isSigner: false, isWritable: true },
      { pubkey: present, isSigner: true, isWritable: false },
      { pubkey: next, isSigner: false, isWritable: false },
    ],
    data,
  });
  return { instructions: [instruction], signers: [], accounts: {} };
}
