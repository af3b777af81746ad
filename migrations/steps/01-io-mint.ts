import { IO_DECIMALS, MINT_LAYOUT, TOKEN_PROGRAM_ID, initializeMintInstruction, type Call } from '@ionet/sdk';
import { SystemProgram } from '@solana/web3.js';
import { IO_MINT_SEED, fetchMint, rentFor } from '../lib/mint.js';
import { MigrationError, stateOf, type MigrationContext, type Step } from '../lib/step.js';

/** The mint of IO, with 8 decimals and without a freeze authority. */
export const ioMint: Step = {
  name: '01-io-mint',
  summary: 'the mint of IO: 8 decimals, nobody can freeze',
  async inspect(context) {
    const { client } = context;
    const address = client.deployment.ioMint;
    const mint = await fetchMint(client, address);
    if (mint === null) {
      const call = await createMint(context);
      return stateOf([], [{ what: `create the mint of IO at ${address.toBase58()}`, call }]);
    }
    if (mint.decimals !== IO_DECIMALS) {
      throw new MigrationError(`the mint of IO has ${mint.decimals} decimals, not ${IO_DECIMALS}`);
    }
    if (mint.freezeAuthority !== null) throw new MigrationError('the mint of IO has a freeze authority');
    return stateOf([`IO is ${address.toBase58()}`], []);
  },
};

/**
 * Not by one instruction that creates an account: that fails where somebody has sent SOL to the address, which anybody
 * can compute.
 */
async function createMint({ client, config }: MigrationContext): Promise<Call> {
  const { ioMint: mint } = client.deployment;
  const { deployer } = config;
  const [[existing], rent] = await Promise.all([
    client.transport.getAccounts([mint]),
    rentFor(client, MINT_LAYOUT.size),
  ]);
  const missing = rent - (existing?.lamports ?? 0n);
  return {
    instructions: [
      ...(missing > 0n
        ? [SystemProgram.transfer({ fromPubkey: deployer, toPubkey: mint, lamports: missing })]
        : []),
      SystemProgram.allocate({
        accountPubkey: mint,
        basePubkey: deployer,
        seed: IO_MINT_SEED,
        space: MINT_LAYOUT.size,
        programId: TOKEN_PROGRAM_ID,
      }),
      initializeMintInstruction(mint, IO_DECIMALS, deployer),
    ],
    signers: [],
    accounts: { mint },
  };
}
