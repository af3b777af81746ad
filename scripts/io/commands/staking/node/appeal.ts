import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { IO, spoken } from '../../../../lib/format.js';
import { parseAddress } from '../../../connect.js';
import type { Output } from '../../../program.js';
import { UsageError } from '../../../usage-error.js';
import { at, signingCommand, type SigningOptions } from '../options.js';

interface AppealOptions extends SigningOptions {
  readonly case: string;
  readonly statement: string;
}

/** `io node appeal`: appeals against a slash. */
export function appealCommand(output: Output): Command {
  const command = new Command('appeal')
    .summary('appeal against a slash of a node of yours')
    .description(
      'Stops the burn of what was slashed until there is a decision. Within 30 days of the slash; without a decision within 60 it is restored. The hash of your statement goes on chain: keep the file.',
    )
    .requiredOption('--case <address>', 'the slash case, as io node show lists it')
    .requiredOption('--statement <file>', 'why the slash was wrong');
  return signingCommand<AppealOptions>(
    output,
    command,
    '  io node appeal --case <address> --statement statement.pdf',
    async (sdk, client, options) => {
      const address = parseAddress('--case', options.case);
      const statementHash = createHash('sha256').update(readStatement(options.statement)).digest();
      const slashCase = await client.accounts.staking.slashCase.fetch(address);
      const amount = slashCase.own.amount + slashCase.delegated.amount;
      const decidedBy = slashCase.openedAt + sdk.programConstant('staking', 'DECISION_SECONDS');
      const node = slashCase.node;
      return {
        what: `This appeals against the slash of ${spoken(amount, IO)} of node ${node.toBase58()} for ${slashCase.reason}. Without a decision it is restored from ${at(decidedBy)} on.`,
        changes: [{ what: 'state of the case', now: slashCase.state, then: 'appealed' }],
        calls: [sdk.staking.appeal.call(client, { node, slashCase: address, statementHash })],
        json: {
          node: node.toBase58(),
          slashCase: options.case,
          statementHash: statementHash.toString('hex'),
          decidedBy: decidedBy.toString(),
        },
      };
    },
  );
}

function readStatement(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`--statement: ${file} cannot be read`, { cause: error });
  }
}
