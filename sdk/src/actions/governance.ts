import type { PublicKey } from '@solana/web3.js';
import { defineAction, type Action } from '../action.js';
import { addressOf, type Authority } from '../call.js';
import { buildInstruction, type InstructionsOf } from '../build-instruction.js';
import type { Deployment } from '../deployment.js';
import { makeCall } from './shared.js';

/** The programs whose root account is a config, with intake that can be paused. */
type PausableProgram = 'escrow' | 'staking';
/** The programs whose root account is a config. */
type ConfiguredProgram = PausableProgram | 'airdrop';
type GovernanceAction<Args> = Action<Args, Args, { config: PublicKey }>;
/** Where the root account of a program is. */
type ConfigAddress = (deployment: Deployment) => PublicKey;

/**
 * Who may do what the admin does.
 *
 * @see {@link airdrop.cancelSeason}
 */
export interface AdminArgs {
  /** Default: the payer. */
  readonly admin?: Authority;
}

/** `propose_admin` of a program. */
export function proposeAdminOf(
  idl: InstructionsOf<ConfiguredProgram>,
  configOf: ConfigAddress,
): GovernanceAction<AdminArgs & { readonly newAdmin: PublicKey }> {
  return defineAction((context, args: AdminArgs & { readonly newAdmin: PublicKey }) => {
    const config = configOf(context.deployment);
    const instruction = buildInstruction(context.deployment, idl, 'proposeAdmin', {
      args: { newAdmin: args.newAdmin },
      accounts: { admin: addressOf(args.admin ?? context.payer), config },
    });
    return makeCall([instruction], [args.admin], { config });
  });
}

/** `accept_admin` of a program. */
export function acceptAdminOf(
  idl: InstructionsOf<ConfiguredProgram>,
  configOf: ConfigAddress,
): GovernanceAction<{ readonly newAdmin?: Authority }> {
  return defineAction((context, args: { readonly newAdmin?: Authority }) => {
    const config = configOf(context.deployment);
    const instruction = buildInstruction(context.deployment, idl, 'acceptAdmin', {
      args: {},
      accounts: { newAdmin: addressOf(args.newAdmin ?? context.payer), config },
    });
    return makeCall([instruction], [args.newAdmin], { config });
  });
}

/** `pause` of a program. */
export function pauseOf(
  idl: InstructionsOf<PausableProgram>,
  configOf: ConfigAddress,
): GovernanceAction<{ readonly pauser?: Authority }> {
  return defineAction((context, args: { readonly pauser?: Authority }) => {
    const config = configOf(context.deployment);
    const instruction = buildInstruction(context.deployment, idl, 'pause', {
      args: {},
      accounts: { pauser: addressOf(args.pauser ?? context.payer), config },
    });
    return makeCall([instruction], [args.pauser], { config });
  });
}

/** `unpause` of a program. */
export function unpauseOf(
  idl: InstructionsOf<PausableProgram>,
  configOf: ConfigAddress,
): GovernanceAction<{ readonly authority?: Authority }> {
  return defineAction((context, args: { readonly authority?: Authority }) => {
    const config = configOf(context.deployment);
    const instruction = buildInstruction(context.deployment, idl, 'unpause', {
      args: {},
      accounts: { authority: addressOf(args.authority ?? context.payer), config },
    });
    return makeCall([instruction], [args.authority], { config });
  });
}
