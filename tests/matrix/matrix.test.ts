import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { attack, complaint, makeWorlds, prepare, type Worlds } from './attack.js';
import { calls, type Variant } from './fixtures.js';
import { report, type Row } from './report.js';

const REPORT = 'docs/security/matrix.md';

describe('account-substitution matrix', function () {
  this.timeout(180_000);
  const rows: Row[] = [];
  let worlds: Worlds;

  before(async () => {
    worlds = await makeWorlds();
  });

  async function attackAll(call: Variant): Promise<void> {
    const problems: string[] = [];
    for await (const { mutant, found } of attack(call, await prepare(worlds, call))) {
      if ('problem' in found) problems.push(complaint(mutant, found.problem));
      else rows.push({ program: call.program, instruction: call.title, mutant: mutant.id, kind: found.kind });
    }
    expect(problems, problems.join('\n')).to.be.empty;
  }

  for (const call of calls) it(`${call.program}: ${call.title}`, () => attackAll(call));

  it(`is what ${REPORT} says`, () => {
    const text = report(rows);
    if (process.env.WRITE_MATRIX !== undefined) writeFileSync(REPORT, text);
    const committed = readFileSync(REPORT, 'utf8');
    expect(committed, `run WRITE_MATRIX=1 npx mocha tests/matrix/matrix.test.ts to write it`).to.equal(text);
  });
});
