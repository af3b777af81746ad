import type { PublicKey } from '@solana/web3.js';
import { defineAction } from '../../action.js';
import { addressOf, type Authority } from '../../call.js';
import { buildInstruction } from '../../build-instruction.js';
import { stakingInstructions } from '../../idl/staking.js';
import { programDataAddress } from '../../loader.js';
import { stakingPda } from '../../pda/staking.js';
import type { ProgramType } from '../../programs.js';
import { makeCall, paddedText } from '../shared.js';
import { acceptAdminOf, pauseOf, proposeAdminOf, unpauseOf, type AdminArgs } from '../governance.js';

export type { AdminArgs } from '../governance.js';

/**
 * What kind of hardware a class is of.
 *
 * @see {@link createClass}
 */
export type HardwareKind = ProgramType<'staking', 'hardwareKind'>;

const NAME_LENGTH = 32;

/**
 * Creates the config of staking. Once, by the program's upgrade authority.
 *
 * @example
 * ```ts
 * await client.staking.initialize({ pauser });
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
      /** Decides appeals against slashes. Default: the admin. */
      readonly appealAuthority?: PublicKey;
    },
  ) => {
    const { deployment } = context;
    const authority = addressOf(args.authority ?? context.payer);
    const admin = args.admin ?? authority;
    const config = stakingPda.config(deployment);
    const instruction = buildInstruction(deployment, stakingInstructions, 'initialize', {
      args: {
        args: { admin, pauser: args.pauser ?? admin, appealAuthority: args.appealAuthority ?? admin },
      },
      accounts: {
        authority,
        config,
        ioMint: deployment.ioMint,
        programData: programDataAddress(deployment.programs.staking),
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
 * await client.staking.proposeAdmin({ newAdmin });
 * ```
 */
export const proposeAdmin = proposeAdminOf(stakingInstructions, stakingPda.config);

/**
 * Second step of handing the admin role over, by the new admin (default: the payer).
 *
 * @example
 * ```ts
 * // The client of the new admin.
 * await client.staking.acceptAdmin({});
 * ```
 */
export const acceptAdmin = acceptAdminOf(stakingInstructions, stakingPda.config);

/**
 * Changes the pauser, the appeal authority or the base stake. What is not named stays.
 *
 * @example
 * ```ts
 * import { parseIo } from '@ionet/sdk';
 *
 * await client.staking.updateConfig({ baseStakePerDevice: parseIo('200') });
 * ```
 */
export const updateConfig = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly pauser?: PublicKey;
      /** Base units of IO for a device at a multiplier of one. */
      readonly baseStakePerDevice?: bigint;
      readonly appealAuthority?: PublicKey;
    },
  ) => {
    const config = stakingPda.config(context.deployment);
    const admin = addressOf(args.admin ?? context.payer);
    const { pauser = null, baseStakePerDevice = null, appealAuthority = null } = args;
    const instruction = buildInstruction(context.deployment, stakingInstructions, 'updateConfig', {
      args: { args: { pauser, baseStakePerDevice, appealAuthority } },
      accounts: { admin, config },
    });
    return makeCall([instruction], [args.admin], { config });
  },
);

/**
 * Stops registrations, staking and delegation for 72 hours; exits stay open. By the pauser (default: the payer).
 *
 * @example
 * ```ts
 * await client.staking.pause({});
 * ```
 */
export const pause = pauseOf(stakingInstructions, stakingPda.config);

/**
 * Ends a pause early. By the pauser or the admin (default: the payer).
 *
 * @example
 * ```ts
 * await client.staking.unpause({});
 * ```
 */
export const unpause = unpauseOf(stakingInstructions, stakingPda.config);

/**
 * Adds a model of hardware.
 *
 * @example
 * ```ts
 * import { parseUsd } from '@ionet/sdk';
 *
 * const referencePrice = parseUsd('0.70');
 * await client.staking.createClass({ id: 9, kind: 'gpu', multiplierX100: 200, referencePrice, name: 'A6000' });
 * ```
 */
export const createClass = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly id: number;
      readonly kind: HardwareKind;
      /** Weight in stake and rewards, times 100. */
      readonly multiplierX100: number;
      /** Micro-USD per device and hour. */
      readonly referencePrice: bigint;
      /** At most 32 bytes of UTF-8. */
      readonly name: string;
    },
  ) => {
    const { deployment, payer } = context;
    const { id, kind, multiplierX100, referencePrice } = args;
    const name = paddedText(args.name, NAME_LENGTH, 'createClass.name');
    const hardwareClass = stakingPda.class(deployment, id);
    const instruction = buildInstruction(deployment, stakingInstructions, 'createClass', {
      args: { args: { id, kind, multiplierX100, referencePrice, name } },
      accounts: {
        admin: addressOf(args.admin ?? payer),
        payer,
        config: stakingPda.config(deployment),
        class: hardwareClass,
      },
    });
    return makeCall([instruction], [args.admin], { class: hardwareClass });
  },
);

/**
 * Changes a model of hardware, or closes it to new nodes. What is not named stays.
 *
 * @example
 * ```ts
 * await client.staking.updateClass({ id: 1, active: false });
 * ```
 */
export const updateClass = defineAction(
  (
    context,
    args: AdminArgs & {
      readonly id: number;
      readonly multiplierX100?: number;
      readonly referencePrice?: bigint;
      readonly active?: boolean;
    },
  ) => {
    const { deployment } = context;
    const { multiplierX100 = null, referencePrice = null, active = null } = args;
    const hardwareClass = stakingPda.class(deployment, args.id);
    const instruction = buildInstruction(deployment, stakingInstructions, 'updateClass', {
      args: { args: { multiplierX100, referencePrice, active } },
      accounts: {
        admin: addressOf(args.admin ?? context.payer),
        config: stakingPda.config(deployment),
        class: hardwareClass,
      },
    });
    return makeCall([instruction], [args.admin], { class: hardwareClass });
  },
);
