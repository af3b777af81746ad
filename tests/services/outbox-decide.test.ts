import { decide, type EndpointView, type IntentState } from '@ionet/service-kit';
import { expect } from 'chai';
import fc from 'fast-check';

const LAST_VALID = 100;
const FAILURE = { reason: 'InstructionError', instruction: { index: 0, reason: 'Custom', code: 1 } } as const;
const STATES: readonly IntentState[] = [
  'planned',
  'signed',
  'sent',
  'confirmed',
  'finalized',
  'expired',
  'failed',
];
const IN_FLIGHT: readonly IntentState[] = ['signed', 'sent', 'confirmed'];

type Confirmation = 'processed' | 'confirmed' | 'finalized';

const seen = (confirmation: Confirmation, failed = false, finalizedHeight = 90): EndpointView => ({
  finalizedHeight,
  status: { confirmation, failure: failed ? FAILURE : null },
});
const unseen = (finalizedHeight: number): EndpointView => ({ finalizedHeight, status: null });

describe('services: outbox, the next step', () => {
  it('signs what is planned and what has expired', () => {
    expect(decide('planned', 0, [])).to.deep.equal({ do: 'sign' });
    expect(decide('expired', LAST_VALID, [])).to.deep.equal({ do: 'sign' });
  });

  it('leaves what is at its end', () => {
    for (const state of ['finalized', 'failed'] as const) {
      expect(decide(state, LAST_VALID, [unseen(LAST_VALID + 1)])).to.deep.equal({ do: 'wait' });
      expect(decide(state, LAST_VALID, [seen('finalized')])).to.deep.equal({ do: 'wait' });
    }
  });

  for (const state of IN_FLIGHT) {
    it(`sends again what is ${state} and nobody has, while it can land`, () => {
      expect(decide(state, LAST_VALID, [unseen(LAST_VALID)])).to.deep.equal({ do: 'send' });
      expect(decide(state, LAST_VALID, [unseen(LAST_VALID + 1), unseen(LAST_VALID)])).to.deep.equal({
        do: 'send',
      });
    });

    it(`takes what is ${state} for expired when every endpoint is past its height and has nothing`, () => {
      const views = [unseen(LAST_VALID + 1), unseen(LAST_VALID + 9)];
      expect(decide(state, LAST_VALID, views)).to.deep.equal({ do: 'record', state: 'expired' });
    });

    it(`does not take what is ${state} for expired while an endpoint is silent, or none was asked`, () => {
      expect(decide(state, LAST_VALID, [unseen(LAST_VALID + 1), null])).to.deep.equal({ do: 'send' });
      expect(decide(state, LAST_VALID, [])).to.deep.equal({ do: 'send' });
    });

    it(`records what is ${state} and final, also where only one endpoint has it`, () => {
      const views = [unseen(LAST_VALID + 1), seen('finalized'), null];
      expect(decide(state, LAST_VALID, views)).to.deep.equal({ do: 'record', state: 'finalized' });
      const failed = [seen('finalized', true), unseen(LAST_VALID + 1)];
      expect(decide(state, LAST_VALID, failed)).to.deep.equal({
        do: 'record',
        state: 'failed',
        failure: FAILURE,
      });
    });

    it(`waits when what is ${state} was processed, or failed in a block that is not final`, () => {
      expect(decide(state, LAST_VALID, [seen('processed')])).to.deep.equal({ do: 'wait' });
      expect(decide(state, LAST_VALID, [seen('confirmed', true)])).to.deep.equal({ do: 'wait' });
    });
  }

  it('records what is signed or sent and confirmed', () => {
    for (const state of ['signed', 'sent'] as const) {
      const views = [unseen(LAST_VALID + 1), seen('confirmed')];
      expect(decide(state, LAST_VALID, views)).to.deep.equal({ do: 'record', state: 'confirmed' });
    }
    expect(decide('confirmed', LAST_VALID, [seen('confirmed')])).to.deep.equal({ do: 'wait' });
  });

  it('never gives up a transaction that an endpoint has, could have, or has not been asked for', () => {
    const view: fc.Arbitrary<EndpointView> = fc.option(
      fc.record({
        finalizedHeight: fc.integer({ min: LAST_VALID - 3, max: LAST_VALID + 3 }),
        status: fc.option(
          fc.record({
            confirmation: fc.constantFrom<Confirmation>('processed', 'confirmed', 'finalized'),
            failure: fc.constantFrom(null, FAILURE),
          }),
        ),
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...STATES), fc.array(view, { maxLength: 4 }), (state, views) => {
        const step = decide(state, LAST_VALID, views);
        const gone =
          views.length > 0 &&
          views.every((one) => one !== null && one.status === null && one.finalizedHeight > LAST_VALID);
        const signsAnew = step.do === 'sign' || (step.do === 'record' && step.state === 'expired');
        if (IN_FLIGHT.includes(state)) expect(signsAnew).to.equal(gone);
      }),
    );
  });
});
