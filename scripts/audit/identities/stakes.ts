import { Position, pda } from '@ionet/sdk';
import type { Books } from '../books.js';
import type { Identity } from '../findings.js';
import { byNode } from '../group.js';

type Staking = Books['accounts']['staking'];
type SlashCase = Staking['slashCase'][number];

/** Each node's stake vault holds all stake, active and unbonding, and what is in slash cases. */
export const stakeVaults: Identity = {
  name: 'stake vaults',
  statement: 'vault >= own + delegated (unbonding included) + in slash cases, for each node',
  check(books, verdict) {
    const { deployment, accounts } = books;
    const cases = byNode(accounts.staking.slashCase.filter(isOpen));
    let staked = 0n;
    for (const node of accounts.staking.node) {
      const { address, own, delegated, inCases } = node;
      verdict.looked();
      const vault = pda.staking.stakeVault(deployment, address);
      const held = verdict.vault(books, vault, deployment.ioMint, address);
      const liabilities = own.assets + delegated.assets + inCases;
      verdict.atLeast(vault, 'stake vault', held, liabilities);
      const open = cases.get(address.toBase58()) ?? [];
      verdict.looked(open.length);
      const slashed = open.reduce((sum, one) => sum + one.own.amount + one.delegated.amount, 0n);
      verdict.equal(address, 'in slash cases', inCases, slashed);
      staked += liabilities;
    }
    verdict.figure('staked', staked, 'io');
  },
};

/** Every share of a node's stake is somebody's, once. */
export const stakeShares: Identity = {
  name: 'stake shares',
  statement: 'shares of a tranche = shares of its positions + shares that unbond; all accounts are counted',
  check({ accounts }, verdict) {
    const delegations = byNode(accounts.staking.delegation);
    const unbondings = byNode(accounts.staking.unbonding);
    for (const node of accounts.staking.node) {
      const { address, own, delegated, ownPosition, ownGeneration } = node;
      const holders = delegations.get(address.toBase58()) ?? [];
      const leavers = unbondings.get(address.toBase58()) ?? [];
      verdict.looked(1 + holders.length + leavers.length);
      const leaving = (kind: 'own' | 'delegated'): bigint =>
        leavers
          // Shares of an earlier tranche of the owner are worth nothing, and count no more.
          .filter((one) => one.kind === kind && (kind === 'delegated' || one.generation === ownGeneration))
          .reduce((sum, { shares }) => sum + shares, 0n);
      const held = holders.reduce((sum, { position }) => sum + Position.shares(position), 0n);
      const earning = holders.reduce((sum, { position }) => sum + position.earningShares, 0n);
      verdict.equal(
        address,
        'shares of the owner',
        own.shares,
        Position.shares(ownPosition) + own.unbondingShares,
      );
      verdict.equal(address, 'shares of the owner that unbond', own.unbondingShares, leaving('own'));
      verdict.equal(address, 'shares of delegators', delegated.shares, held + delegated.unbondingShares);
      verdict.equal(
        address,
        'shares of delegators that unbond',
        delegated.unbondingShares,
        leaving('delegated'),
      );
      verdict.equal(address, 'shares of delegators that earn', node.delegatedEarningShares, earning);
      verdict.equal(address, 'delegation accounts', node.delegations, holders.length);
      verdict.equal(address, 'unbonding accounts', node.unbondings, leavers.length);
    }
  },
};

/** Each node's reward vault holds what was divided and not paid. */
export const rewardVaults: Identity = {
  name: 'reward vaults',
  statement: "vault >= unpaid rewards >= the owner's + what delegators have counted, for each node",
  check(books, verdict) {
    const { deployment, accounts } = books;
    const delegations = byNode(accounts.staking.delegation);
    for (const { address, unpaidRewards, ownerRewards } of accounts.staking.node) {
      verdict.looked();
      const vault = pda.staking.rewardVault(deployment, address);
      const held = verdict.vault(books, vault, deployment.ioMint, address);
      verdict.atLeast(vault, 'reward vault', held, unpaidRewards);
      const holders = delegations.get(address.toBase58()) ?? [];
      const counted = holders.reduce((sum, { rewards }) => sum + rewards, ownerRewards);
      verdict.atLeast(address, 'unpaid rewards', unpaidRewards, counted);
    }
  },
};

const isOpen = ({ state }: SlashCase): boolean => state !== 'burned' && state !== 'restored';
