import { testKeypair } from '@ionet/sdk/testing';
import { expect } from 'chai';
import { heartbeatSecond, isHeartbeatDue, type Heartbeat } from '../../services/node-agent/src/heartbeats.js';

const MINUTE = 60;
const BEGIN = 1_700_000_040;

/** When heartbeats are sent, if an agent looks every so many seconds and each is taken at once. */
function sent(second: number, from: number, until: number, everySeconds: number): number[] {
  const times: number[] = [];
  let last: Heartbeat | undefined;
  for (let now = from; now < until; now += everySeconds) {
    if (!isHeartbeatDue(last, now, second)) continue;
    last = { minute: Math.floor(now / MINUTE), at: now };
    times.push(now);
  }
  return times;
}

describe('services: the heartbeats of an agent', () => {
  it('come once in each minute, whenever it started and however often it looks', () => {
    for (const second of [0, 1, 20, 44]) {
      for (const every of [1, 7, 10]) {
        for (let delay = 0; delay < MINUTE; delay += 13) {
          const times = sent(second, BEGIN + delay, BEGIN + delay + 100 * MINUTE, every);
          const minutes = times.map((time) => Math.floor(time / MINUTE));
          const first = minutes[0] ?? 0;
          expect(minutes.slice(0, 100)).to.deep.equal(
            Array.from({ length: 100 }, (_, index) => first + index),
          );
        }
      }
    }
  });

  it('come at once at a start, and after a jump of the clock by a minute', () => {
    expect(isHeartbeatDue(undefined, BEGIN, 44)).to.equal(true);
    const last = { minute: Math.floor(BEGIN / MINUTE), at: BEGIN };
    expect(isHeartbeatDue(last, BEGIN + 59, 44)).to.equal(false);
    expect(isHeartbeatDue(last, BEGIN + 60, 44)).to.equal(true);
  });

  it('of many nodes are spread over the minute, and leave time to send one again', () => {
    const seconds = new Map<number, number>();
    for (let index = 0; index < 1_000; index += 1) {
      const second = heartbeatSecond(testKeypair(`node ${index}`).publicKey.toBase58());
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    expect([...seconds.keys()].every((second) => second >= 0 && second < 45)).to.equal(true);
    expect(seconds.size).to.equal(45);
    expect(Math.max(...seconds.values())).to.be.below(50);
  });
});
