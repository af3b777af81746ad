import { pda, programDataAddress, programNames, type AccountData, type ProgramName } from '@ionet/sdk';
import type { PublicKey } from '@solana/web3.js';
import type { Books } from '../books.js';
import type { Identity, Verdict } from '../findings.js';

type Governance = AccountData<'staking', 'stakingConfig'>['governance'];

/** The root account of each program. */
export function rootsOf({
  accounts,
}: Books): Record<ProgramName, { readonly address: PublicKey; readonly governance: Governance } | undefined> {
  return {
    airdrop: accounts.airdrop.airdropConfig[0],
    emission: accounts.emission.schedule[0],
    escrow: accounts.escrow.escrowConfig[0],
    oracle: accounts.oracle.oracleSet[0],
    staking: accounts.staking.stakingConfig[0],
    treasury: accounts.treasury.treasury[0],
  };
}

/** Nobody holds a role but who is documented to. */
export const roles: Identity = {
  name: 'roles',
  statement:
    'admins, pausers, guardian and appeal authority are those of the deployment file, and one admin is all',
  check(books, verdict) {
    const { roles: expected, deployment, accounts } = books;
    const roots = rootsOf(books);
    const first = programNames.map((name) => roots[name]).find((root) => root !== undefined);
    for (const name of programNames) {
      const root = roots[name];
      if (root === undefined) {
        verdict.refute(deployment.programs[name], `root account of ${name}`, 'an account', 'none');
        continue;
      }
      verdict.looked();
      const { address, governance } = root;
      const admin = expected?.admin ?? first?.governance.admin ?? null;
      verdict.key(address, `admin of ${name}`, governance.admin, admin);
      if (expected === null) continue;
      verdict.key(address, `proposed admin of ${name}`, governance.pendingAdmin, null);
      const pauser = PAUSERS[name];
      if (pauser !== null) verdict.key(address, `${pauser} of ${name}`, governance.pauser, expected[pauser]);
    }
    const [config] = accounts.staking.stakingConfig;
    if (expected !== null && config !== undefined) {
      verdict.key(config.address, 'appeal authority', config.appealAuthority, expected.appealAuthority);
    }
  },
};

/** Who may stop something in each program; `null`: nothing can be stopped. */
const PAUSERS = {
  airdrop: null,
  emission: 'guardian',
  escrow: 'pauser',
  oracle: null,
  staking: 'pauser',
  treasury: null,
} as const;

/** Only the schedule mints IO, nobody freezes it, and only who is documented to can change the programs. */
export const authorities: Identity = {
  name: 'authorities',
  statement:
    'nobody but the schedule mints IO once it is sealed; nobody freezes it; upgrades by whom the deployment file says',
  check({ deployment, mints, accounts, roles: expected, upgradeAuthorities }, verdict) {
    const { ioMint } = deployment;
    if (mints.io !== null) {
      verdict.looked();
      verdict.key(ioMint, 'freeze authority of IO', mints.io.freezeAuthority, null);
      // Before the birth of the token is complete, on a network for development, somebody else mints.
      const isSealed = (accounts.emission.schedule[0]?.sealedAt ?? 0n) > 0n;
      if (isSealed || expected !== null) {
        const schedule = pda.emission.schedule(deployment);
        verdict.key(ioMint, 'mint authority of IO', mints.io.mintAuthority, schedule);
      }
    }
    for (const name of programNames) {
      const address = programDataAddress(deployment.programs[name]);
      const found = upgradeAuthorities[name];
      verdict.looked();
      if (found === undefined) verdict.refute(address, `code of ${name}`, 'an upgradeable program', 'none');
      else if (expected !== null) {
        verdict.key(address, `upgrade authority of ${name}`, found, expected.upgradeAuthority);
      }
    }
  },
};

/** The programs mean the same mints, price, network and vaults. */
export const configs: Identity = {
  name: 'configs',
  statement:
    'all programs have the mints, price feed and network of the deployment, and the vaults of each other',
  check({ deployment, accounts }, verdict) {
    const { ioMint, usdcMint, priceFeedId, priceAccount, clusterTag } = deployment;
    const { airdrop, emission, escrow, oracle, staking, treasury } = accounts;
    for (const [root] of [
      airdrop.airdropConfig,
      emission.schedule,
      escrow.escrowConfig,
      staking.stakingConfig,
      treasury.treasury,
    ]) {
      if (root !== undefined) verdict.key(root.address, 'mint of IO', root.ioMint, ioMint);
    }
    for (const [root] of [escrow.escrowConfig, treasury.treasury]) {
      if (root === undefined) continue;
      verdict.looked();
      verdict.key(root.address, 'mint of USDC', root.usdcMint, usdcMint);
      verdict.bytes(root.address, 'price feed', root.priceFeedId, priceFeedId);
    }
    for (const [root] of [emission.schedule, oracle.oracleSet]) {
      if (root === undefined) continue;
      verdict.looked();
      verdict.bytes(root.address, 'network', root.clusterTag, clusterTag);
    }
    const [market] = escrow.escrowConfig;
    if (market !== undefined) {
      verdict.key(market.address, 'treasury', market.treasury, pda.treasury.treasury(deployment));
      const vaultOf = (mint: PublicKey): PublicKey => pda.treasury.feeVault(deployment, mint);
      verdict.key(market.address, 'fee vault of IO', market.ioFeeVault, vaultOf(ioMint));
      verdict.key(market.address, 'fee vault of USDC', market.usdcFeeVault, vaultOf(usdcMint));
    }
    const [fees] = treasury.treasury;
    if (fees === undefined) return;
    verdict.key(fees.address, 'config of escrow', fees.escrowConfig, pda.escrow.config(deployment));
    verdict.key(fees.address, 'price account', fees.priceAccount, priceAccount);
  },
};

/** There is nothing that nobody knows. */
export const knownAccounts: Identity = {
  name: 'known accounts',
  statement: 'every account of a program is of a type that its interface names',
  check({ unknown, accounts }, verdict) {
    for (const name of programNames) checkCount(verdict, Object.values(accounts[name]));
    for (const { program, address } of unknown) {
      verdict.refute(address, `account of ${program}`, 'a known type', 'unknown bytes');
    }
  },
};

function checkCount(verdict: Verdict, types: readonly (readonly unknown[])[]): void {
  for (const all of types) verdict.looked(all.length);
}
