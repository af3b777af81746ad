import { expect } from 'chai';
import { readPrograms } from '@ionet/sdk/testing';
import { auditBooks } from '../../scripts/audit/audit.js';
import { readBooks } from '../../scripts/audit/books.js';
import { explore, makeStage } from '../fuzz/episode.js';
import { actionSets } from '../invariants/sets.js';

/** One admin is all: a program that is handed over alone is what the audit reports. */
const actions = actionSets.flatMap((set) => set.actions).filter(({ name }) => name !== 'acceptAdmin');

describe('the audit of a market in which everybody did everything', () => {
  it('proves every identity after random actions', async () => {
    const stage = await makeStage(await readPrograms('artifacts'));
    for (const seed of [3n, 4n, 5n]) {
      const { failure } = await explore(stage, seed, 120, actions);
      expect(failure).to.equal(undefined);
      const books = await readBooks(stage.market.anyone, null);
      for (const { identity, findings } of auditBooks(books)) {
        expect(findings, `${identity.name}, seed ${seed}`).to.deep.equal([]);
      }
    }
  }).timeout(60_000);
});
