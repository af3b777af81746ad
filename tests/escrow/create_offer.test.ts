import { expect } from 'chai';
import { escrow, eventOf, pda } from '@ionet/sdk';
import { expectError, testKeypair } from '@ionet/sdk/testing';
import { changeAccount } from '../harness/accounts.js';
import { changeLast } from '../harness/calls.js';
import { refused } from '../harness/escrow.js';
import { useMarket } from '../harness/market.js';
import { WRONG_TERMS } from '../harness/offers.js';
import { withAccounts } from '../harness/slots.js';

const TERMS = { price: 2_500_000n } as const;

describe('escrow: create_offer', () => {
  const test = useMarket();

  it('writes an offer with the terms, active, and counts it on the node', async () => {
    const { market, node } = test;
    const terms: escrow.OfferTerms = {
      price: 1_234_567n,
      minHours: 2,
      maxHours: 100,
      commitmentHours: 24,
      commitmentDiscountBps: 1_500,
      peakMultiplierBps: 12_500,
      peakHours: [0, 9, 23],
    };
    const { accounts, events } = await market.operator.escrow.createOffer({ node, id: 65_535, terms });
    const encoded = { ...terms, peakHours: 1 | (1 << 9) | (1 << 23) };
    const {
      version,
      address,
      bump: _,
      ...offer
    } = await market.anyone.accounts.escrow.offer.fetch(accounts.offer);
    expect(version).to.equal(1);
    expect(address).to.deep.equal(pda.escrow.offer(market.deployment, node, 65_535));
    expect(offer).to.deep.equal({
      id: 65_535,
      node,
      rentPayer: market.operator.payer,
      terms: encoded,
      active: true,
      seq: 0n,
      reserved: new Uint8Array(32),
    });
    expect(eventOf(events, 'escrow', 'offerCreated')).to.deep.equal({
      offer: address,
      node,
      id: 65_535,
      terms: encoded,
    });
    const load = await market.anyone.accounts.escrow.nodeLoad.fetch(accounts.nodeLoad);
    expect(load.offers).to.equal(2);
  });

  it("makes the node's load account with its first offer, at the cost of who pays", async () => {
    const { market } = test;
    const node = await market.registerNode({ id: 1, stake: 0n });
    const sponsor = market.actor('sponsor');
    const first = await sponsor.escrow.createOffer({
      node,
      id: 0,
      terms: TERMS,
      authority: testKeypair('operator'),
    });
    const second = await market.owner.escrow.createOffer({ node, id: 1, terms: TERMS });
    const load = await market.anyone.accounts.escrow.nodeLoad.fetch(first.accounts.nodeLoad);
    expect(load.node).to.deep.equal(node);
    expect(load.rentPayer).to.deep.equal(sponsor.payer);
    expect([load.offers, load.jobs, load.devicesBusy]).to.deep.equal([2, 0, 0]);
    const [one, two] = await market.anyone.accounts.escrow.offer.fetchMany([
      first.accounts.offer,
      second.accounts.offer,
    ]);
    expect(one?.rentPayer).to.deep.equal(sponsor.payer);
    expect(two?.rentPayer).to.deep.equal(market.owner.payer);
  });

  it('refuses strangers, buyers and the scheduler', async () => {
    const { market, node } = test;
    const scheduler = market.actor('scheduler');
    await market.owner.staking.updateNode({ node, scheduler: scheduler.payer });
    for (const client of [market.anyone, market.buyer, market.admin, scheduler]) {
      await refused(market, 'NotNodeAuthority', () =>
        client.escrow.createOffer({ node, id: 1, terms: TERMS }),
      );
    }
  });

  it('refuses the operator of before', async () => {
    const { market, node } = test;
    const operator = market.actor('new operator');
    await market.owner.staking.updateNode({ node, operator: operator.payer });
    await refused(market, 'NotNodeAuthority', () => market.createOffer(node, 1, TERMS));
    await operator.escrow.createOffer({ node, id: 1, terms: TERMS });
  });

  it('refuses an authority that does not sign', async () => {
    const { market, node } = test;
    const call = escrow.createOffer.call(market.anyone, { node, id: 1, terms: TERMS });
    const forged = changeLast(
      withAccounts(call, 'escrow', 'createOffer', { authority: market.operator.payer }),
      (instruction) => {
        instruction.keys[0]!.isSigner = false;
        return instruction;
      },
    );
    await refused(market, 'AccountNotSigner', () => market.anyone.send(forged));
  });

  it('refuses an account that staking did not write as the node', async () => {
    const { market, node } = test;
    const { network } = market;
    const raw = network.getAccount(node)!;
    const forged = testKeypair('forged node').publicKey;
    network.setAccount({ ...raw, address: forged, owner: market.deployment.programs.escrow });
    await refused(market, 'AccountOwnedByWrongProgram', () => market.createOffer(forged, 0, TERMS));
  });

  it('refuses an id that is taken', async () => {
    const { market, node } = test;
    const { offer } = test;
    const before = market.network.getAccount(offer);
    await expectError(market.createOffer(node, 0, TERMS), 'system', 'AccountAlreadyInUse');
    expect(market.network.getAccount(offer)).to.deep.equal(before);
  });

  it('is not held up by lamports sent ahead to the offer and the load account', async () => {
    const { market } = test;
    const node = await market.registerNode({ id: 1, stake: 0n });
    const clean = market.snapshot();
    for (const lamports of [1_000_000n, 5_000_000_000n]) {
      market.restore(clean);
      market.network.airdrop(pda.escrow.offer(market.deployment, node, 0), lamports);
      market.network.airdrop(pda.escrow.nodeLoad(market.deployment, node), lamports);
      const offer = await market.createOffer(node, 0, TERMS);
      expect((await market.anyone.accounts.escrow.offer.fetch(offer)).active).to.be.true;
    }
  });

  it('takes terms at their limits', async () => {
    const { market, node } = test;
    const limits: escrow.OfferTerms[] = [
      { price: 1n, minHours: 1, maxHours: 1 },
      { price: 1_000_000_000n, minHours: 8_760, maxHours: 8_760 },
      { price: 1n, maxHours: 10, commitmentHours: 10, commitmentDiscountBps: 5_000 },
      { price: 1n, commitmentHours: 1, commitmentDiscountBps: 1 },
      {
        price: 1n,
        peakMultiplierBps: 50_000,
        peakHours: Array.from({ length: 24 }, (_, hour) => hour),
      },
    ];
    for (const [index, terms] of limits.entries()) await market.createOffer(node, index + 1, terms);
  });

  for (const [name, terms, error] of WRONG_TERMS) {
    it(`refuses ${name}`, async () => {
      const { market, node } = test;
      await refused(market, error, () => market.createOffer(node, 1, terms));
    });
  }

  it('refuses a peak hour beyond the day', async () => {
    const { market, node } = test;
    for (const hour of [24, 31]) {
      const call = changeLast(
        escrow.createOffer.call(market.operator, { node, id: 1, terms: TERMS }),
        (instruction) => {
          // The mask of the hours is the last field.
          instruction.data.writeUInt32LE(2 ** hour, instruction.data.length - 4);
          return instruction;
        },
      );
      await refused(market, 'PeakOutOfRange', () => market.operator.send(call));
    }
  });

  it('refuses one offer more than the load account can count', async () => {
    const { market, node } = test;
    const load = pda.escrow.nodeLoad(market.deployment, node);
    await changeAccount(market, 'escrow', 'nodeLoad', load, { offers: 65_535 });
    await refused(market, 'AmountOverflow', () => market.createOffer(node, 1, TERMS));
  });

  it('refuses while intake is paused', async () => {
    const { market, node } = test;
    await market.pauser.escrow.pause();
    await refused(market, 'Paused', () => market.createOffer(node, 1, TERMS));
    await market.pauser.escrow.unpause();
    await market.createOffer(node, 1, TERMS);
  });
});
