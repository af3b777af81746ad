import { counted, IO, spoken, USD } from '../lib/format.js';
import { openEconomy } from './economy.js';
import type { Fleet } from './fleet.js';
import { holds, type Identity } from './identities.js';
import { playIncome } from './income.js';
import { readHoldings } from './ledger.js';
import { allIdentities, balancesTable, describeIdentity, movementsTable, takeFigures } from './report.js';
import { play, type Tell } from './story.js';

/** Plays the economy of a fleet in this process and reports; gives the exit code. */
export async function run(fleet: Fleet, file: string, width: number, tell: Tell): Promise<number> {
  const economy = await openEconomy(fleet);
  tell(`The fleet of ${file} on an embedded Solana runtime, with the programs of artifacts/`);
  for (const { name, devices, hardware, owner, region, minimumStake, price } of economy.nodes) {
    tell(
      `  ${name}: ${devices} x ${hardware} of ${owner} in ${region}, ${spoken(minimumStake, IO)} staked, ${spoken(price, USD)} per device and hour`,
    );
  }
  await play(economy, tell);

  const figures = await takeFigures(economy);
  const income = await playIncome(economy, tell);

  const { ledger, network } = economy;
  const { entries } = ledger;
  const closing = await readHoldings(network.transport, network.deployment);
  const movements = entries.reduce((sum, entry) => sum + entry.movements.length, 0);
  tell(
    `\nEvery movement of tokens: ${counted(movements, 'movement')} in ${counted(entries.length, 'transaction')}`,
  );
  tell(`\n${movementsTable(entries, economy.names, width)}`);
  tell('\nClosing balances');
  tell(`\n${balancesTable(closing, economy.names, width)}`);
  tell('\nWhat must be equal, by the balances on chain');
  return judge([...allIdentities(figures), ...income], tell);
}

/** Tells each identity and whether it holds; gives the exit code. */
export function judge(identities: readonly Identity[], tell: Tell): number {
  for (const identity of identities) tell(`  ${describeIdentity(identity)}`);
  const broken = identities.filter((identity) => !holds(identity)).length;
  tell(
    broken === 0
      ? '\nEverything adds up.'
      : `\n${broken} of ${counted(identities.length, 'identity').replace(/ys$/, 'ies')} do not hold.`,
  );
  return broken === 0 ? 0 : 1;
}
