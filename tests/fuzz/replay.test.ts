import { expect } from 'chai';
import { readPrograms } from '@ionet/sdk/testing';
import { explore, makeStage, replay, type Stage } from './episode.js';
import { MissingItem, Tape } from './tape.js';

describe('fuzz: replay', () => {
  const SEED = 5n;
  let stage: Stage;

  before(async () => {
    stage = await makeStage(await readPrograms('artifacts'));
  });

  it('does recorded steps again with the same choices and outcomes', async () => {
    const first = await explore(stage, SEED, 80);
    expect(first.failure).to.equal(undefined);
    expect(await replay(stage, SEED, first.steps)).to.deep.equal(first);
  }).timeout(60_000);

  it('finds the same jobs where other steps are left out', async () => {
    const { steps } = await explore(stage, SEED, 80);
    const booked = steps.filter((step) => step.booked !== undefined);
    const again = await replay(stage, SEED, booked.slice(1));
    expect(again.failure?.message).to.equal(undefined);
    const rebooked = again.steps.flatMap((step) => step.booked ?? []);
    expect(rebooked).to.include.members(booked.slice(1, 4).map((step) => step.booked));
  }).timeout(60_000);

  it('takes a number as far as the range allows, and no other item for one that is missing', () => {
    const tape = new Tape(1n);
    tape.begin(1n, [7n, 'b', 'c']);
    expect(tape.big(0n, 5n)).to.equal(5n);
    expect(tape.pick(['a', 'b'])).to.equal('b');
    expect(() => tape.pick(['a', 'b'])).to.throw(MissingItem);
  });
});
