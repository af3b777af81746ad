import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { minimumStake, parseUsdc } from '@ionet/sdk';
import { expect } from 'chai';
import { Chronicle } from '../../scripts/start/live/chronicle.js';

describe('npm start: the chronicle', () => {
  let network: Localnet;

  before(async () => {
    network = await startLocalnet({ port: 0, slotMs: 20 });
  });
  after(() => network.stop());

  it('tells what happened on chain by name, each thing once, with who signed it', async () => {
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    const buyer = network.client(WALLETS.buyer.keypair);
    const { accounts } = await owner.staking.registerNode({
      id: 1,
      classId: 2,
      deviceCount: 2,
      bandwidth: 'low',
      region: 'sa',
      operator: operator.payer,
    });
    const { node } = accounts;
    await owner.staking.stake({ node, amount: minimumStake(20_000_000_000n, 125n, 2n) });
    const offer = await operator.escrow.createOffer({ node, id: 0, terms: { price: 1_000_000n } });

    const lines: string[] = [];
    const chronicle = new Chronicle(network.connection(), (line) => lines.push(line));
    chronicle.name(node, 'the node');
    chronicle.name(owner.payer, 'Ana');
    chronicle.name(buyer.payer, 'the buyer');
    await chronicle.follow();
    expect(lines.map(plain)).to.deep.equal([
      'Ana registers the node: 2 devices',
      'Ana stakes 500 IO on the node',
    ]);

    const order = { offer: offer.accounts.offer, devices: 1, hours: 2, payment: 'usdc' } as const;
    const { accounts: booked } = await buyer.escrow.bookJob({ ...order, maxTotal: parseUsdc('10') });
    chronicle.name(booked.job, 'job 1');
    await operator.escrow.startJob({ job: booked.job });
    await chronicle.until(({ name }) => name === 'jobStarted');
    expect(lines.slice(2).map(plain)).to.deep.equal([
      'the buyer books job 1: 1 device of the node for 2 hours, 2 USDC, 0.005 USDC booking fee, 0.04 USDC handling fee',
      `${operator.payer.toBase58()} starts job 1`,
    ]);
    expect(lines.every((line) => /^\d\d:\d\d:\d\d {2}.* \([1-9A-HJ-NP-Za-km-z]{10}\)$/.test(line))).to.equal(
      true,
    );
    await chronicle.follow();
    expect(lines).to.have.length(4);
    expect(chronicle.events.filter(({ name }) => name === 'jobBooked')).to.have.length(1);
  });
});

/** A line without its time and signature. */
function plain(line: string): string {
  return line.slice(10).replace(/ \(\w{10}\)$/, '');
}
