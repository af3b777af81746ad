import { expect } from 'chai';
import { SharedClock } from '../../services/oracle/src/chain-view.js';
import { until } from '../harness/until.js';

describe("services: an oracle's clock", () => {
  let asked: number;
  const chain = { now: (): Promise<bigint> => Promise.resolve(BigInt((asked += 1))) };
  beforeEach(() => {
    asked = 0;
  });

  it('asks the network once for all who ask at the same time', async () => {
    const clock = new SharedClock(chain, 0);
    expect(await Promise.all([clock.now(), clock.now(), clock.now()])).to.deep.equal([1, 1, 1]);
    expect(await clock.now()).to.equal(2);
  });

  it('goes by an answer for a moment, and asks anew after it', async () => {
    const clock = new SharedClock(chain, 10);
    expect(await clock.now()).to.equal(1);
    await until(async () => ((await clock.now()) > 1 ? true : undefined));
    expect(asked).to.be.at.least(2);
    const held = new SharedClock(chain, 60_000);
    const first = await held.now();
    expect(await held.now()).to.equal(first);
  });

  it('asks anew at once where there was no answer', async () => {
    let fails = true;
    const clock = new SharedClock(
      { now: () => (fails ? Promise.reject(new Error('no answer')) : chain.now()) },
      60_000,
    );
    const failed = await clock.now().catch((error: unknown) => error);
    expect(failed).to.be.an('error');
    fails = false;
    expect(await clock.now()).to.equal(1);
  });
});
