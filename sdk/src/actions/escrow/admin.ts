import type { PublicKey } from '@solana/web3.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import { buildInstruction } from '../../build-instruction.js';
import { escrowInstructions } from '../../idl/escrow.js';
import { programDataAddress } from '../../loader.js';
import { escrowPda } from '../../pda/escrow.js';
import { makeCall } from '../shared.js';
import { acceptAdminOf, pauseOf, proposeAdminOf, unpauseOf, type AdminArgs } from '../governance.js';

export type { AdminArgs } from '../governance.js';

/**
 * Creates the config of escrow, with the deployment's price feed. Once, by the program's upgrade authority.
 *
 * @example
 * ```ts
 * await client.escrow.initialize({ pauser });
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
      /** May stop intake. Default: the admin. */
      readonly pauser?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const { ioMint, usdcMint, priceFeedId } = deployment;
    const authority = addressOf(args.authority ?? context.payer);
    const admin = args.admin ?? authority;
    const config = escrowPda.config(deployment);
    const instruction = buildInstruction(deployment, escrowInstructions, 'initialize', {
      args: { args: { admin, pauser: args.pauser ?? admin, priceFeedId } },
      accounts: {
        authority,
        config,
        ioMint,
        usdcMint,
        programData: programDataAddress(deployment.programs.escrow),
      },
    });
    return makeCall([instruction], [args.authority], { config });
  },
);

/**
 * First step of handing the admin role over. Naming the admin itself withdraws a proposal.
 *
 * @example
 * ```ts
 * await client.escrow.proposeAdmin({ newAdmin });
 * ```
 */
export const proposeAdmin = proposeAdminOf(escrowInstructions, escrowPda.config);

/**
 * Second step of handing the admin role over, by the new admin (default: the payer).
 *
 * @example
 * ```ts
 * // The client of the new admin.
 * await client.escrow.acceptAdmin({});
 * ```
 */
export const acceptAdmin = acceptAdminOf(escrowInstructions, escrowPda.config);

/**
 * Changes the pauser or the price feed. What is not named stays.
 *
 * @example
 * ```ts
 * await client.escrow.updateConfig({ pauser });
 * ```
 */
export const updateConfig = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly pauser?: PublicKey;
      /** 32 bytes. */
      readonly priceFeedId?: Uint8Array;
    },
  ) => {
    const config = escrowPda.config(context.deployment);
    const admin = addressOf(args.admin ?? context.payer);
    const { pauser = null, priceFeedId = null } = args;
    const instruction = buildInstruction(context.deployment, escrowInstructions, 'updateConfig', {
      args: { args: { pauser, priceFeedId } },
      accounts: { admin, config },
    });
    return makeCall([instruction], [args.admin], { config });
  },
);

/**
 * Stops offers, bookings and extensions for 72 hours; everything else goes on. By the pauser (default: the
 * payer).
 *
 * @example
 * ```ts
 * await client.escrow.pause({});
 * ```
 */
export const pause = pauseOf(escrowInstructions, escrowPda.config);

/**
 * Ends a pause early. By the pauser or the admin (default: the payer).
 *
 * @example
 * ```ts
 * await client.escrow.unpause({});
 * ```
 */
export const unpause = unpauseOf(escrowInstructions, escrowPda.config);
