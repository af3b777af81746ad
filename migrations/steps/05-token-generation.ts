import {
  createTokenAccountInstruction,
  emission,
  mintToInstruction,
  packCalls,
  pda,
  tokenAddress,
  type Call,
} from '@ionet/sdk';
import { IO, spoken } from '../../scripts/lib/format.js';
import { readAllocations, type Allocation } from '../lib/allocations.js';
import { fetchMint } from '../lib/mint.js';
import { MigrationError, mergeTasks, stateOf, type MigrationContext, type Step } from '../lib/step.js';

/**
 * The 500,000,000 IO that exist at the beginning, in their accounts; then nobody but the schedule can mint. All in one
 * transaction: there is no moment at which a part of it has happened, so that nothing can be minted twice, and nobody
 * can burn IO before the schedule has seen that all of it is there.
 */
export const tokenGeneration: Step = {
  name: '05-token-generation',
  summary: '500,000,000 IO in the accounts of the allocations; the emission sealed, and the only one to mint',
  async inspect(context) {
    const { client, config } = context;
    const { deployment } = client;
    const schedule = pda.emission.schedule(deployment);
    const [mint, state] = await Promise.all([
      fetchMint(client, deployment.ioMint),
      client.accounts.emission.schedule.fetchMaybe(schedule),
    ]);
    const isSealed = state !== null && state.sealedAt > 0n;
    if (isSealed && mint?.mintAuthority?.equals(schedule) === true) {
      return stateOf([`${spoken(mint.supply, IO)} exist; only the schedule mints`, ...named(context)], []);
    }
    if (mint !== null && mint.mintAuthority?.equals(config.deployer) !== true) {
      throw new MigrationError(
        `the mint authority of IO is ${mint.mintAuthority?.toBase58() ?? 'nobody'}, and the emission is not sealed`,
      );
    }
    if (mint !== null && mint.supply > 0n) {
      throw new MigrationError(
        `${spoken(mint.supply, IO)} exist that this migration did not mint: it mints all or nothing`,
      );
    }
    const accounts = await missingAccounts(context);
    const generate = await generateCall(context);
    const open = packCalls(client.payer, accounts).map((together) =>
      mergeTasks(`open ${together.length} token accounts`, together),
    );
    const what = 'mint 500,000,000 IO to the allocations, hand the mint to the schedule, and seal it';
    return stateOf(named(context), [...open, { what, call: generate }]);
  },
};

/** The allocations with their wallets. */
function funded({ config }: MigrationContext): (Allocation & { readonly wallet: Wallet })[] {
  return readAllocations().map((allocation) => {
    const wallet = config.allocations[allocation.name];
    if (wallet === undefined) throw new MigrationError(`no wallet is named for ${allocation.name}`);
    return { ...allocation, wallet };
  });
}

type Wallet = MigrationContext['config']['deployer'];

/** Each allocation with its wallet, in words. */
function named(context: MigrationContext): string[] {
  return funded(context).map(
    ({ name, amount, wallet }) => `${name}: ${spoken(amount, IO)} for ${wallet.toBase58()}`,
  );
}

/** The token accounts of allocations that do not exist. */
async function missingAccounts(context: MigrationContext): Promise<Call[]> {
  const { client } = context;
  const { ioMint } = client.deployment;
  const wallets = funded(context).map(({ wallet }) => wallet);
  const addresses = wallets.map((wallet) => tokenAddress(ioMint, wallet));
  const found = await client.transport.getAccounts(addresses);
  return wallets
    .filter((_, index) => found[index] == null || found[index].data.length === 0)
    .map((wallet) => ({
      instructions: [createTokenAccountInstruction(client.payer, ioMint, wallet)],
      signers: [],
      accounts: {},
    }));
}

async function generateCall(context: MigrationContext): Promise<Call> {
  const { client, config } = context;
  const { ioMint } = client.deployment;
  const { preset, gpuShareBps, startsAt } = config.emission;
  const mints = funded(context).map(({ amount, wallet }) =>
    mintToInstruction(ioMint, tokenAddress(ioMint, wallet), config.deployer, amount),
  );
  const seal = emission.sealSchedule.call(client, {
    preset,
    gpuShareBps,
    startsAt: startsAt ?? (await client.now()),
    mintAuthority: config.deployer,
  });
  return { ...seal, instructions: [...mints, ...seal.instructions] };
}
