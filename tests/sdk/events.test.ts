import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { eventOf, eventsOf, idls, localnet, parseEvents, readLogs } from '@ionet/sdk';

const deployment = localnet();
const TREASURY = deployment.programs.treasury.toBase58();
const ESCROW = deployment.programs.escrow.toBase58();
const STRANGER = PublicKey.unique().toBase58();

/** The line that the treasury writes when it burned so much. */
function burned(amount: bigint, seq: bigint): string {
  const { discriminator } = idls.treasury.events.find((event) => event.name === 'ioFeesBurned')!;
  const numbers = Buffer.alloc(32);
  [amount, amount, 1_000n, seq].forEach((value, index) => numbers.writeBigUInt64LE(value, 8 * index));
  return `Program data: ${Buffer.concat([Buffer.from(discriminator), numbers]).toString('base64')}`;
}

describe('events', () => {
  it('are read from the logs of the program that wrote them, in their order', () => {
    const events = parseEvents(
      [
        `Program ${TREASURY} invoke [1]`,
        'Program log: Instruction: BurnIoFees',
        burned(5n, 1n),
        `Program ${TREASURY} consumed 3000 of 200000 compute units`,
        `Program ${TREASURY} success`,
        `Program ${TREASURY} invoke [1]`,
        burned(7n, 2n),
        `Program ${TREASURY} success`,
      ],
      deployment,
    );
    expect(eventsOf(events, 'treasury', 'ioFeesBurned').map(({ amount }) => amount)).to.deep.equal([5n, 7n]);
    expect(events[0]).to.deep.equal({
      program: 'treasury',
      name: 'ioFeesBurned',
      data: { amount: 5n, ioBurned: 5n, supplyAfter: 1_000n, seq: 1n },
    });
  });

  it('cannot be forged by another program that writes the same bytes', () => {
    const events = parseEvents(
      [
        `Program ${STRANGER} invoke [1]`,
        burned(5n, 1n),
        // Text of a program always has a prefix, so this is no call.
        `Program log: Program ${TREASURY} invoke [2]`,
        burned(6n, 1n),
        `Program log: x\nProgram ${TREASURY} invoke [2]`,
        burned(7n, 1n),
        `Program ${STRANGER} success`,
      ],
      deployment,
    );
    expect(events).to.deep.equal([]);
  });

  it('are put down to the right one of programs that call each other', () => {
    const events = parseEvents(
      [
        `Program ${STRANGER} invoke [1]`,
        `Program ${TREASURY} invoke [2]`,
        burned(5n, 1n),
        `Program ${TREASURY} success`,
        burned(6n, 2n),
        `Program ${STRANGER} success`,
        `Program ${TREASURY} invoke [1]`,
        `Program ${STRANGER} invoke [2]`,
        burned(7n, 3n),
        `Program ${STRANGER} success`,
        burned(8n, 4n),
        `Program ${TREASURY} success`,
      ],
      deployment,
    );
    expect(eventsOf(events, 'treasury', 'ioFeesBurned').map(({ amount }) => amount)).to.deep.equal([5n, 8n]);
  });

  it('of another program are not read with this one’s interface', () => {
    const events = parseEvents([`Program ${ESCROW} invoke [1]`, burned(5n, 1n)], deployment);
    expect(events).to.deep.equal([]);
  });

  it('are counted when one is asked for', () => {
    const logs = [`Program ${TREASURY} invoke [1]`, burned(5n, 1n), burned(5n, 2n)];
    const events = parseEvents(logs, deployment);
    expect(() => eventOf(events, 'treasury', 'ioFeesBurned')).to.throw('there are 2');
    expect(() => eventOf(events, 'escrow', 'jobBooked')).to.throw('there are 0');
    expect(eventOf(events.slice(1), 'treasury', 'ioFeesBurned').seq).to.equal(2n);
  });
});

describe('readLogs', () => {
  it('keeps to the depth that the runtime names', () => {
    const entries = readLogs([
      'Program data: lost',
      `Program ${STRANGER} invoke [1]`,
      `Program ${TREASURY} invoke [2]`,
      'Program log: inside',
      `Program ${TREASURY} failed: custom program error: 0x1771`,
      'Program log: outside',
    ]);
    expect(entries).to.deep.equal([
      { kind: 'log', program: TREASURY, depth: 2, text: 'inside' },
      { kind: 'failed', program: TREASURY, depth: 2, text: 'custom program error: 0x1771' },
      { kind: 'log', program: STRANGER, depth: 1, text: 'outside' },
    ]);
  });
});
