import type { PublicKey } from '@solana/web3.js';
import { defineAction, type NoArgs } from '../action.js';
import { addressOf, type Authority } from '../call.js';
import { programInstruction } from '../instruction.js';
import { pda, programDataAddress } from '../pda.js';
import { makeCall } from './shared.js';

/**
 * Creates the treasury and the fee vaults of IO and USDC. Once, by the program's upgrade authority.
 *
 * @example
 * ```ts
 * await client.treasury.initialize();
 * ```
 */
export const initialize = defineAction(
  (
    context,
    args: {
      /** The program's upgrade authority. Default: the payer. */
      readonly authority?: Authority;
      /** Becomes the admin. Default: the authority. */
      readonly admin?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const authority = addressOf(args.authority ?? context.payer);
    const treasury = pda.treasury.treasury(deployment);
    const { ioMint, usdcMint } = deployment;
    const ioFeeVault = pda.treasury.feeVault(deployment, ioMint);
    const usdcFeeVault = pda.treasury.feeVault(deployment, usdcMint);
    const instruction = programInstruction(deployment, 'treasury', 'initialize', {
      args: { args: { admin: args.admin ?? authority } },
      accounts: {
        authority,
        programData: programDataAddress(deployment.programs.treasury),
        treasury,
        ioMint,
        usdcMint,
        ioFeeVault,
        usdcFeeVault,
      },
    });
    return makeCall([instruction], [args.authority], { treasury, ioFeeVault, usdcFeeVault });
  },
);

/** First step of handing the admin role over. Naming the admin itself withdraws a proposal. */
export const proposeAdmin = defineAction(
  (
    context,
    args: {
      readonly newAdmin: PublicKey;
      /** Default: the payer. */
      readonly admin?: Authority;
    },
  ) => {
    const treasury = pda.treasury.treasury(context.deployment);
    const instruction = programInstruction(context.deployment, 'treasury', 'proposeAdmin', {
      args: { newAdmin: args.newAdmin },
      accounts: { admin: addressOf(args.admin ?? context.payer), treasury },
    });
    return makeCall([instruction], [args.admin], { treasury });
  },
);

/** Second step of handing the admin role over, by the new admin (default: the payer). */
export const acceptAdmin = defineAction((context, args: { readonly newAdmin?: Authority }) => {
  const treasury = pda.treasury.treasury(context.deployment);
  const instruction = programInstruction(context.deployment, 'treasury', 'acceptAdmin', {
    args: {},
    accounts: { newAdmin: addressOf(args.newAdmin ?? context.payer), treasury },
  });
  return makeCall([instruction], [args.newAdmin], { treasury });
});

/**
 * Burns all IO that the fee vault holds. By anyone.
 *
 * @example
 * ```ts
 * import { eventOf } from '@ionet/sdk';
 *
 * const { events } = await client.treasury.burnIoFees();
 * const { amount, supplyAfter } = eventOf(events, 'treasury', 'ioFeesBurned');
 * ```
 */
export const burnIoFees = defineAction((context, _args: NoArgs) => {
  const { deployment } = context;
  const { ioMint } = deployment;
  const ioFeeVault = pda.treasury.feeVault(deployment, ioMint);
  const instruction = programInstruction(deployment, 'treasury', 'burnIoFees', {
    args: {},
    accounts: { treasury: pda.treasury.treasury(deployment), ioMint, ioFeeVault },
  });
  return makeCall([instruction], [], { ioFeeVault });
});
