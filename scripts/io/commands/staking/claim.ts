import { Command } from 'commander';
import { fixed, IO, spoken } from '../../../lib/format.js';
import { parseAddress } from '../../connect.js';
import type { Output } from '../../program.js';
import { closingOf, rewardsIn, signingCommand, type SigningOptions } from './options.js';

interface ClaimOptions extends SigningOptions {
  readonly node: string;
}

const DESCRIPTION = `Pays what you have earned by a node: as its owner, by what you delegated to it, or both. What you delegated 24 hours
ago or earlier begins to earn by it, if it does not yet.`;

/** `io claim`: pays rewards of the owner or of a delegator, and lets lots earn that are old enough. */
export function claimCommand(output: Output): Command {
  const command = new Command('claim')
    .summary('pay the rewards of a node to you')
    .description(DESCRIPTION)
    .requiredOption('--node <address>', 'the node');
  return signingCommand<ClaimOptions>(
    output,
    command,
    '  io claim --node <address>',
    async (sdk, client, options) => {
      const node = parseAddress('--node', options.node);
      const { payer } = client;
      const account = await client.accounts.staking.node.fetch(node);
      const [held, now, delegation] = await Promise.all([
        rewardsIn(sdk, client, account.rewardVault),
        client.now(),
        client.accounts.staking.delegation.fetchMaybe(
          sdk.pda.staking.delegation(client.deployment, node, payer),
        ),
      ]);
      const calls = [];
      const what = [];
      const owner = account.owner.equals(payer)
        ? sdk.previewHarvest(account, held, now).node.ownerRewards
        : 0n;
      const rewards = delegation === null ? null : sdk.previewRewards(account, delegation, held, now);
      const { claimable = 0n, activatableShares = 0n } = rewards ?? {};
      const begins = sdk.Tranche.worth(account.delegated, activatableShares);
      const amount = owner + claimable;
      if (amount > 0n) {
        what.push(
          `This pays ${spoken(amount, IO)} of rewards of node ${options.node} to ${payer.toBase58()}.`,
        );
      }
      if (owner > 0n) calls.push(sdk.staking.claimOwnerRewards.call(client, { node, owner: payer }));
      if (claimable > 0n) calls.push(sdk.staking.claimRewards.call(client, { node }));
      else if (activatableShares > 0n) calls.push(sdk.staking.activateDelegation.call(client, { node }));
      if (activatableShares > 0n) {
        what.push(`${spoken(begins, IO)} of what you delegated to ${options.node} begin to earn.`);
      }
      if (calls.length === 0) throw new Error('there is nothing to claim yet');
      const closing = delegation === null ? [] : closingOf(sdk, client, { ...delegation, rewards: 0n });
      if (closing.length > 0) what.push('Nothing is left of the delegation: it is closed.');
      const earning = rewards?.earningStake ?? 0n;
      return {
        what: what.join(' '),
        changes: [
          { what: 'earning for you', now: fixed(earning, IO), then: fixed(earning + begins, IO) },
          { what: 'rewards to be claimed', now: fixed(amount, IO), then: fixed(0n, IO) },
        ],
        calls: [...calls, ...closing],
        json: {
          node: options.node,
          amount: amount.toString(),
          asOwner: owner.toString(),
          asDelegator: claimable.toString(),
          activated: begins.toString(),
        },
      };
    },
  );
}
