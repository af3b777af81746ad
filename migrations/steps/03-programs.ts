import {
  airdrop,
  emission,
  escrow,
  oracle,
  pda,
  programDataAddress,
  staking,
  treasury,
  type Call,
  type Client,
  type ProgramName,
} from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import { upgradeAuthorityOf } from '../lib/programs.js';
import { MigrationError, stateOf, type MigrationContext, type Step, type Task } from '../lib/step.js';

/** The config of every program. The deployer is their admin until the multisig takes over. */
export const programs: Step = {
  name: '03-programs',
  summary: 'the config of every program, with its mints, price feed, oracles and roles',
  async inspect(context) {
    const facts: string[] = [];
    const tasks: Task[] = [];
    // One after the other: the order in which they are initialized.
    for (const [name, { read, initialize }] of Object.entries(PROGRAMS) as [ProgramName, Program][]) {
      const fixed = await read(context.client);
      if (fixed !== null) {
        checkFixed(name, fixed);
        facts.push(`${name} is initialized`);
        continue;
      }
      await requireDeployed(context, name);
      tasks.push({ what: `initialize ${name}`, call: initialize(context) });
    }
    return stateOf(facts, tasks);
  },
};

/** What cannot be changed later, as it is and as it must be. */
type Fixed = Readonly<Record<string, readonly [found: Bytes, expected: Bytes]>>;
type Bytes = PublicKey | Uint8Array;

interface Program {
  /** `null` where it is not initialized. */
  read(this: void, client: Client): Promise<Fixed | null>;
  initialize(this: void, context: MigrationContext): Call;
}

const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  treasury: {
    async read({ accounts, deployment }) {
      const root = await accounts.treasury.treasury.fetchMaybe(pda.treasury.treasury(deployment));
      const { ioMint, usdcMint, priceFeedId } = deployment;
      return (
        root && {
          ioMint: [root.ioMint, ioMint],
          usdcMint: [root.usdcMint, usdcMint],
          priceFeedId: [root.priceFeedId, priceFeedId],
        }
      );
    },
    initialize: ({ client }) => treasury.initialize.call(client),
  },
  staking: {
    async read({ accounts, deployment }) {
      const root = await accounts.staking.stakingConfig.fetchMaybe(pda.staking.config(deployment));
      return root && { ioMint: [root.ioMint, deployment.ioMint] };
    },
    initialize: ({ client, config: { roles } }) =>
      staking.initialize.call(client, { pauser: roles.pauser, appealAuthority: roles.appealAuthority }),
  },
  oracle: {
    async read({ accounts, deployment }) {
      const root = await accounts.oracle.oracleSet.fetchMaybe(pda.oracle.oracleSet(deployment));
      return root && { clusterTag: [root.clusterTag, deployment.clusterTag] };
    },
    initialize: ({ client, config: { roles } }) => oracle.initialize.call(client, { members: roles.oracles }),
  },
  escrow: {
    async read({ accounts, deployment }) {
      const root = await accounts.escrow.escrowConfig.fetchMaybe(pda.escrow.config(deployment));
      const { ioMint, usdcMint } = deployment;
      return root && { ioMint: [root.ioMint, ioMint], usdcMint: [root.usdcMint, usdcMint] };
    },
    initialize: ({ client, config: { roles } }) => escrow.initialize.call(client, { pauser: roles.pauser }),
  },
  emission: {
    async read({ accounts, deployment }) {
      const root = await accounts.emission.schedule.fetchMaybe(pda.emission.schedule(deployment));
      const { ioMint, clusterTag } = deployment;
      return root && { ioMint: [root.ioMint, ioMint], clusterTag: [root.clusterTag, clusterTag] };
    },
    initialize: ({ client, config: { roles } }) =>
      emission.initialize.call(client, { guardian: roles.guardian, members: roles.oracles }),
  },
  airdrop: {
    async read({ accounts, deployment }) {
      const root = await accounts.airdrop.airdropConfig.fetchMaybe(pda.airdrop.config(deployment));
      return root && { ioMint: [root.ioMint, deployment.ioMint] };
    },
    initialize: ({ client }) => airdrop.initialize.call(client),
  },
};

/** A config that is there, but of another mint or network, was not made by this migration. */
function checkFixed(program: ProgramName, fixed: Fixed): void {
  const hex = (value: Bytes): string =>
    'toBase58' in value ? value.toBase58() : Buffer.from(value).toString('hex');
  for (const [field, [found, expected]] of Object.entries(fixed)) {
    if (hex(found) === hex(expected)) continue;
    throw new MigrationError(
      `${program} is initialized with ${field} ${hex(found)}, and the config says ${hex(expected)}`,
    );
  }
}

async function requireDeployed({ client, config }: MigrationContext, program: ProgramName): Promise<void> {
  const programId = client.deployment.programs[program];
  const authority = await upgradeAuthorityOf(client, program);
  if (authority === undefined) {
    throw new MigrationError(
      `there is no upgradeable program at ${programId.toBase58()} (${program}): deploy it first`,
    );
  }
  if (authority?.equals(config.deployer) === true) return;
  throw new MigrationError(
    `the upgrade authority of ${program} is ${authority?.toBase58() ?? 'nobody'} (${programDataAddress(programId).toBase58()}), not the deployer`,
  );
}
