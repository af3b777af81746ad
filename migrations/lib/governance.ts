import {
  airdrop,
  emission,
  escrow,
  oracle,
  pda,
  programNames,
  staking,
  treasury,
  type AccountData,
  type Client,
  type ProgramName,
} from '@ionet/sdk';

type Governance = AccountData<'staking', 'stakingConfig'>['governance'];

/** The actions of each program. */
export const actions = { airdrop, emission, escrow, oracle, staking, treasury } as const;

/** The roles of each program, `null` where it is not initialized. */
export async function governanceOf(client: Client): Promise<Record<ProgramName, Governance | null>> {
  const entries = await Promise.all(
    programNames.map(async (name) => [name, await rootOf(client, name)] as const),
  );
  return Object.fromEntries(entries) as Record<ProgramName, Governance | null>;
}

async function rootOf({ accounts, deployment }: Client, program: ProgramName): Promise<Governance | null> {
  const root = await {
    airdrop: () => accounts.airdrop.airdropConfig.fetchMaybe(pda.airdrop.config(deployment)),
    emission: () => accounts.emission.schedule.fetchMaybe(pda.emission.schedule(deployment)),
    escrow: () => accounts.escrow.escrowConfig.fetchMaybe(pda.escrow.config(deployment)),
    oracle: () => accounts.oracle.oracleSet.fetchMaybe(pda.oracle.oracleSet(deployment)),
    staking: () => accounts.staking.stakingConfig.fetchMaybe(pda.staking.config(deployment)),
    treasury: () => accounts.treasury.treasury.fetchMaybe(pda.treasury.treasury(deployment)),
  }[program]();
  return root?.governance ?? null;
}
