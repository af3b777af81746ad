import { Command } from 'commander';
import { parseAddress } from '../../../connect.js';
import type { Output } from '../../../program.js';
import { at, parsePercent, signingCommand, type SigningOptions } from '../options.js';

interface CommissionOptions extends SigningOptions {
  readonly node: string;
  readonly commission: string;
}

/** `io node commission`: sets the commission of a node. */
export function commissionCommand(output: Output): Command {
  const command = new Command('commission')
    .summary('set the commission of a node of yours')
    .description(
      'Sets your part of what delegated stake earns: a lower one at once, a higher one 7 days later. It takes the place of one that waits.',
    )
    .requiredOption('--node <address>', 'the node')
    .requiredOption('--commission <percent>', '0 to 50, such as 7.5');
  return signingCommand<CommissionOptions>(
    output,
    command,
    '  io node commission --node <address> --commission 7.5',
    async (sdk, client, options) => {
      const address = parseAddress('--node', options.node);
      const commissionBps = parsePercent(
        '--commission',
        options.commission,
        sdk.programConstant('staking', 'MAX_COMMISSION_BPS'),
      );
      const [node, now] = await Promise.all([client.accounts.staking.node.fetch(address), client.now()]);
      const rises = commissionBps > node.commissionBps;
      const appliesAt = rises ? now + sdk.programConstant('staking', 'COMMISSION_DELAY_SECONDS') : now;
      const percent = (bps: number): string => sdk.Bps.format(BigInt(bps));
      const from = rises ? `from the first harvest after ${at(appliesAt)} on` : 'at once';
      return {
        what: `This sets the commission of node ${options.node}, ${from}.`,
        changes: [{ what: 'commission', now: percent(node.commissionBps), then: percent(commissionBps) }],
        calls: [sdk.staking.setCommission.call(client, { node: address, commissionBps })],
        json: { node: options.node, commissionBps, appliesAt: appliesAt.toString() },
      };
    },
  );
}
