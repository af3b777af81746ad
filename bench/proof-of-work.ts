/**
 * What a proof of work costs the node that answers, beside what it costs the oracle that checks.
 *
 *   npm run bench:proof-of-work              prints the table
 *   npm run bench:proof-of-work -- --write   writes it into docs/performance.md
 */
import { solve, verify } from '@ionet/oracle';
import { createHash } from 'node:crypto';
import { measure, publish } from './lib/measure.js';

const LEVELS = [12, 16, 20];
/** A check is too short to be measured alone. */
const CHECKS = 200;
const BLOCK_BYTES = 32;
const KIB = 1_024;

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
const challengeOf = (index: number): string =>
  createHash('sha256').update(`challenge ${index}`).digest('hex');

// Not counted: engines compile what runs often.
const warm = await solve(challengeOf(0), 12);
for (let index = 0; index < CHECKS; index += 1) verify(challengeOf(0), 12, warm);

const rows: string[] = [];
for (const levels of LEVELS) {
  const id = challengeOf(levels);
  const answered = await measure(() => solve(id, levels));
  const proof = answered.value;
  const checked = await measure(() => {
    let passed = 0;
    for (let index = 0; index < CHECKS; index += 1) passed += verify(id, levels, proof) ? 1 : 0;
    return passed;
  });
  if (checked.value !== CHECKS) throw new Error('a right answer was refused');
  const check = checked.processor / CHECKS;
  const bytes = JSON.stringify(proof).length;
  rows.push(
    row(
      String(levels),
      `${((2 ** levels * BLOCK_BYTES) / KIB).toLocaleString('en')} KiB`,
      `${answered.processor.toFixed(0)} ms`,
      `${check.toFixed(2)} ms`,
      `${Math.round(answered.processor / check).toLocaleString('en')} : 1`,
      `${Math.round(bytes / KIB)} KiB`,
    ),
  );
}

publish('Proof of work', 'bench:proof-of-work', [
  `Processor time of an answer, and of its check (mean of ${CHECKS}). An oracle asks for 20 levels unless it is told`,
  'otherwise.',
  '',
  row('levels', 'memory', 'answer', 'check', 'answer : check', 'size of the answer'),
  row('---:', '---:', '---:', '---:', '---:', '---:'),
  ...rows,
]);
