/** Writes numbers into a table, two a transaction, and says each pair that is committed. To be killed. */
import { openDatabase } from '@ionet/service-kit';

const [directory = '', url] = process.argv.slice(2);
const database = await openDatabase({ directory, url });
await database.query('CREATE TABLE IF NOT EXISTS numbers (number bigint PRIMARY KEY, twin bigint NOT NULL)');
for (;;) {
  const pair = await database.transaction(async ({ query }) => {
    const [row] = await query<{ next: bigint }>('SELECT COALESCE(MAX(number), 0) + 1 AS next FROM numbers');
    const next = row?.next ?? 1n;
    await query('INSERT INTO numbers VALUES ($1, $2)', [next, next + 1n]);
    await query('INSERT INTO numbers VALUES ($1, $2)', [next + 1n, next]);
    return next;
  });
  process.stdout.write(`${JSON.stringify({ committed: Number(pair) })}\n`);
}
