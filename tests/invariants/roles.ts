import type { PublicKey } from '@solana/web3.js';
import { pda, type AccountData, type Client, type Deployment } from '@ionet/sdk';
import type { Market } from '@ionet/sdk/testing';

const PAUSE = 72n * 3_600n;

/** Programs that have an admin: all of them. */
export const governed = ['staking', 'oracle', 'escrow', 'treasury', 'emission', 'airdrop'] as const;
export type GovernedProgram = (typeof governed)[number];

/** Somebody who may hold a role. */
export interface Officer {
  readonly label: string;
  readonly client: Client;
}

/** Who holds the roles of a program, as the steps so far leave them. */
export interface Roles {
  readonly program: GovernedProgram;
  admin: Officer;
  pendingAdmin: Officer | null;
  pauser: Officer;
  /** Zero: it was not paused, or was unpaused. */
  pausedUntil: bigint;
}

type Governance = AccountData<'staking', 'stakingConfig'>['governance'];

/** The roles of all programs, and everybody who may come to hold one. */
export class Offices {
  readonly admins: readonly Officer[];
  readonly pausers: readonly Officer[];
  readonly #roles: ReadonlyMap<GovernedProgram, Roles>;

  constructor(readonly market: Market) {
    this.admins = [
      { label: 'admin', client: market.admin },
      { label: 'second admin', client: market.actor('second admin') },
    ];
    this.pausers = [
      { label: 'pauser', client: market.pauser },
      { label: 'second pauser', client: market.actor('second pauser') },
    ];
    const [admin, pauser] = [this.admins[0]!, this.pausers[0]!];
    this.#roles = new Map(
      governed.map((program) => {
        return [program, { program, admin, pendingAdmin: null, pauser, pausedUntil: 0n }];
      }),
    );
  }

  of(program: GovernedProgram): Roles {
    const roles = this.#roles.get(program);
    if (roles === undefined) throw new RangeError(`nobody knows the roles of ${program}`);
    return roles;
  }

  /** Notes that intake was paused, for as long as the rules say. */
  onPaused(program: GovernedProgram): void {
    this.of(program).pausedUntil = this.market.network.now() + PAUSE;
  }

  /**
   * What the program has to say of its roles. Where there is no intake to stop, the pauser is the admin, but for the
   * guardian of the emission's roots.
   */
  expected(program: GovernedProgram): Governance {
    const { admin, pendingAdmin, pauser, pausedUntil } = this.of(program);
    const pauses = program === 'staking' || program === 'escrow' || program === 'emission';
    return {
      admin: admin.client.payer,
      pendingAdmin: pendingAdmin?.client.payer ?? null,
      pauser: (pauses ? pauser : admin).client.payer,
      pausedUntil,
    };
  }
}

/** The account that holds a program's roles. */
export function rootOf(deployment: Deployment, program: GovernedProgram): PublicKey {
  switch (program) {
    case 'staking':
      return pda.staking.config(deployment);
    case 'oracle':
      return pda.oracle.oracleSet(deployment);
    case 'escrow':
      return pda.escrow.config(deployment);
    case 'treasury':
      return pda.treasury.treasury(deployment);
    case 'emission':
      return pda.emission.schedule(deployment);
    case 'airdrop':
      return pda.airdrop.config(deployment);
  }
}
