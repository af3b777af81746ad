import { ComputeBudgetProgram, SendTransactionError, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import {
  EndpointError,
  MAX_COMPUTE_UNITS,
  SendError,
  classifyFault,
  computeUnitLimitFor,
  computeUnitPriceFor,
  packCalls,
  retryAdvice,
} from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { withBudget } from '../../sdk/src/sending/budget.js';
import {
  nextStep,
  observe,
  startDelivery,
  type Delivery,
  type DeliveryOptions,
  type Look,
} from '../../sdk/src/sending/delivery.js';
import { parseRetryAfter } from '../../sdk/src/sending/faults.js';
import { HEALTHY, afterFault } from '../../sdk/src/sending/health.js';

const options: DeliveryOptions = {
  baseMs: 100,
  maxMs: 1_000,
  maxFailures: 3,
  pollIntervalMs: 400,
  resendIntervalMs: 2_000,
  maxWaitMs: 60_000,
  commitment: 'confirmed',
};

describe('faults of endpoints', () => {
  it('are told apart: busy, unreachable, rejected', () => {
    const refused = (text: string): SendTransactionError =>
      new SendTransactionError({ action: 'send', signature: '', transactionMessage: text });
    const cases: readonly (readonly [unknown, string])[] = [
      [new EndpointError('RateLimited', 'x', { status: 429, retryAfterMs: 2_000 }), 'busy'],
      [new EndpointError('NoAnswer', 'x', { status: 503, retryAfterMs: 2_000 }), 'busy'],
      [new EndpointError('NoAnswer', 'x', { status: 503 }), 'unreachable'],
      [new EndpointError('NoAnswer', 'x'), 'unreachable'],
      [new EndpointError('NoAnswer', 'x', { status: 403 }), 'rejected'],
      [new Error('429 Too Many Requests: slow down'), 'busy'],
      [new Error('502 Bad Gateway: '), 'unreachable'],
      [new Error('400 Bad Request: '), 'rejected'],
      [new TypeError('fetch failed'), 'unreachable'],
      [Object.assign(new Error('Node is behind by 200 slots'), { code: -32005 }), 'unreachable'],
      [Object.assign(new Error('Invalid params'), { code: -32602 }), 'rejected'],
      [refused('Transaction signature verification failure'), 'rejected'],
      [refused('Node is unhealthy'), 'unreachable'],
      ['a text', 'unreachable'],
    ];
    for (const [error, kind] of cases) expect(classifyFault(error).kind, String(error)).to.equal(kind);
  });

  it('say how long to wait, in seconds or as a date', () => {
    expect(parseRetryAfter('2', 0)).to.equal(2_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4_000)).to.equal(6_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:01 GMT', 4_000)).to.equal(0);
    for (const header of [null, '', 'soon']) expect(parseRetryAfter(header, 0)).to.equal(null);
  });

  it('make the pauses grow up to a bound, spread by chance, and never shorter than asked for', () => {
    const pause = (failures: number, random: number, retryAfterMs: number | null = null): number =>
      afterFault({ failures, coolUntil: 0 }, { kind: 'busy', retryAfterMs }, 0, random, options).coolUntil;
    expect([pause(0, 0), pause(0, 1), pause(1, 1), pause(2, 1), pause(9, 1)]).to.deep.equal([
      50, 100, 200, 400, 1_000,
    ]);
    expect(pause(0, 0, 5_000)).to.equal(5_000);
    expect(pause(0, 0, 10 ** 9)).to.equal(120_000);
  });
});

describe('the next step of a delivery', () => {
  const start = (): Delivery => startDelivery([HEALTHY, HEALTHY], 0, 100, 0, options);
  const look = (change: Partial<Look>): Look => ({
    height: 50,
    slot: 50,
    statusSlot: 50,
    history: false,
    status: null,
    ...change,
  });
  const looked = (delivery: Delivery, endpoint: number, change: Partial<Look>, now = 0): Delivery =>
    observe(delivery, endpoint, { kind: 'looked', look: look(change) }, now, options);
  const gone = { height: 101, slot: 101, statusSlot: 101, history: true };

  it('is to send, to wait, to look, and to send again', () => {
    let delivery = start();
    expect(nextStep(delivery, 0, options)).to.deep.equal({ kind: 'send', endpoint: 0 });
    delivery = observe(delivery, 0, { kind: 'sent' }, 10, options);
    expect(nextStep(delivery, 10, options)).to.deep.equal({ kind: 'wait', until: 400 });
    expect(nextStep(delivery, 400, options)).to.deep.equal({ kind: 'look', endpoint: 0 });
    delivery = looked(delivery, 0, {}, 1_900);
    expect(nextStep(delivery, 2_010, options)).to.deep.equal({ kind: 'send', endpoint: 0 });
  });

  it('lets neither sending nor looking starve the other where answers are slow', () => {
    let delivery = start();
    const steps: string[] = [];
    for (let now = 0; steps.length < 8; now += 5_000) {
      const step = nextStep(delivery, now, options);
      steps.push(step.kind);
      if (step.kind === 'send') delivery = observe(delivery, 0, { kind: 'sent' }, now + 5_000, options);
      else delivery = looked(delivery, 0, {}, now + 5_000);
    }
    expect(steps.filter((kind) => kind === 'look').length).to.be.at.least(3);
    expect(steps.filter((kind) => kind === 'send').length).to.be.at.least(3);
  });

  it('is over when it landed at the commitment asked for', () => {
    expect(nextStep(looked(start(), 0, { status: 'confirmed' }), 0, options).kind).to.equal('landed');
    expect(nextStep(looked(start(), 0, { status: 'processed' }), 0, options).kind).to.equal('send');
    const strict = { ...options, commitment: 'finalized' } as const;
    const confirmed = observe(start(), 0, { kind: 'looked', look: look({ status: 'confirmed' }) }, 0, strict);
    expect(nextStep(confirmed, 400, strict).kind).to.not.equal('landed');
  });

  it('is an expiry only when every endpoint that answers has proved it', () => {
    let delivery = looked(start(), 0, gone);
    expect(nextStep(delivery, 400, options)).to.deep.equal({ kind: 'switch', endpoint: 1 });
    delivery = looked(delivery, 1, gone);
    expect(nextStep(delivery, 400, options)).to.deep.equal({ kind: 'expired' });
  });

  it('takes no answer for a proof that is of an older slot, of part of history, or of an earlier height', () => {
    for (const change of [
      { statusSlot: 100 },
      { history: false },
      { height: 100 },
      { status: 'processed' },
    ]) {
      const delivery = looked(looked(start(), 0, { ...gone, ...change } as Look), 1, gone);
      expect(nextStep(delivery, 400, options).kind, JSON.stringify(change)).to.be.oneOf([
        'look',
        'wait',
        'send',
      ]);
    }
  });

  it('is unknown when nobody answers, or when it takes too long', () => {
    let delivery = start();
    for (const endpoint of [0, 0, 0, 1, 1, 1]) {
      const observation = { kind: 'fault', fault: { kind: 'unreachable' }, random: 0 } as const;
      delivery = observe(delivery, endpoint, observation, 0, options);
    }
    expect(nextStep(delivery, 0, options)).to.deep.equal({ kind: 'unknown' });
    expect(nextStep(start(), 60_000, options)).to.deep.equal({ kind: 'unknown' });
  });
});

describe('the compute budget', () => {
  const payer = testKeypair('payer').publicKey;
  const transfer = SystemProgram.transfer({ fromPubkey: payer, toPubkey: payer, lamports: 1 });

  it('has a margin, and a bound', () => {
    expect(computeUnitLimitFor(10_000n)).to.equal(12_000);
    expect(computeUnitLimitFor(1_390_000n)).to.equal(MAX_COMPUTE_UNITS);
  });

  it('offers a percentile of what others pay, and nothing where nobody does', () => {
    const fees = [5n, 1n, 0n, 9n];
    expect(computeUnitPriceFor(fees, 1_000)).to.equal(5n);
    expect(computeUnitPriceFor(fees, 1_000, { percentile: 0 })).to.equal(0n);
    expect(computeUnitPriceFor(fees, 1_000, { percentile: 100 })).to.equal(9n);
    expect(computeUnitPriceFor([], 1_000)).to.equal(0n);
    expect(computeUnitPriceFor([10n ** 12n], 100_000, { maxLamports: 50n })).to.equal(500n);
  });

  it('comes first, but behind a durable nonce, and never twice', () => {
    const limit = ComputeBudgetProgram.setComputeUnitLimit({ units: 1 });
    const nonce = SystemProgram.nonceAdvance({ noncePubkey: payer, authorizedPubkey: payer });
    const both = { limit: 5, price: 6n };
    expect(withBudget([transfer], both).map(({ data }) => data[0])).to.deep.equal([2, 3, 2]);
    expect(withBudget([nonce, transfer], both)[0]).to.equal(nonce);
    expect(
      withBudget([limit, transfer], both).filter(({ data }) => data[0] === 2 && data.length === 5),
    ).to.deep.equal([limit]);
  });

  it('has its room in packed transactions', () => {
    const call = { instructions: [transfer], signers: [], accounts: {} };
    const [first = []] = packCalls(
      payer,
      Array.from({ length: 40 }, () => call),
    );
    const bytes = first.flatMap(({ instructions }) => instructions);
    expect(withBudget(bytes, { limit: 1, price: 1n })).to.have.length(first.length + 2);
  });
});

describe('retryAdvice', () => {
  it('tells what is worth doing again from what must be looked up', () => {
    const refused = (reason: string): SendError => new SendError('TransactionRefused', 'x', { reason });
    expect(retryAdvice(new SendError('TransactionExpired', 'x'))).to.equal('anew');
    expect(retryAdvice(refused('BlockhashNotFound'))).to.equal('anew');
    expect(retryAdvice(refused('InsufficientFundsForFee'))).to.equal('never');
    expect(retryAdvice(new SendError('TransactionUnknown', 'x', { fate: 'open' }))).to.equal('lookUp');
    expect(retryAdvice(new SendError('LogsUnavailable', 'x', { fate: 'landed' }))).to.equal('done');
    expect(retryAdvice(new EndpointError('NoAnswer', 'x'))).to.equal('anew');
    expect(retryAdvice(new Error('x'))).to.equal('lookUp');
  });
});
