import { Keypair, PublicKey, SystemProgram, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import {
  SendError,
  escrow,
  idls,
  localnet,
  pda,
  programInstruction,
  programNames,
  tokenAddress,
  type Call,
} from '@ionet/sdk';
import {
  TestNetwork,
  changeTokenAccount,
  encodePriceUpdate,
  expectError,
  testKeypair,
  tokenBalance,
  tokenSupply,
  type Market,
} from '@ionet/sdk/testing';
import { useMarket } from '../harness/market.js';

function transfer(from: PublicKey, to: PublicKey, lamports: number): Call {
  return {
    instructions: [SystemProgram.transfer({ fromPubkey: from, toPubkey: to, lamports })],
    signers: [],
    accounts: {},
  };
}

describe('test network', () => {
  const test = useMarket();
  let market: Market;
  let network: TestNetwork;
  let node: PublicKey;
  let offer: PublicKey;
  const stranger = testKeypair('stranger').publicKey;

  beforeEach(() => {
    ({ market, node, offer } = test);
    ({ network } = market);
  });

  it('moves time and slots together, and never back', () => {
    const before = network.now();
    network.warpBy(3_600);
    expect(network.now()).to.equal(before + 3_600n);
    expect(() => {
      network.warpTo(before);
    }).to.throw('forward only');
  });

  it('shows its time to clients', async () => {
    network.warpBy(10n);
    expect(await market.anyone.now()).to.equal(network.now());
  });

  it('goes back to a snapshot, its time included, and still runs the programs', async () => {
    const snapshot = market.snapshot();
    const before = network.now();
    market.warpBy(86_400);
    await market.buyer.escrow.bookJob({ offer, devices: 1, hours: 1, payment: 'io', maxTotal: 10n ** 12n });
    const spent = market.balances(market.buyer.payer).io;
    market.restore(snapshot);
    expect(network.now()).to.equal(before);
    expect(market.balances(market.buyer.payer).io > spent).to.equal(true);
    await market.buyer.escrow.bookJob({ offer, devices: 1, hours: 1, payment: 'io', maxTotal: 10n ** 12n });
    expect(market.balances(market.buyer.payer).io).to.equal(spent);
  });

  it('takes transactions that were prepared side by side, and equal ones one after the other', async () => {
    const send = (): Promise<unknown> => market.buyer.send(transfer(market.buyer.payer, stranger, 1_000_000));
    await Promise.all([send(), send()]);
    await send();
    expect(network.getAccount(stranger)?.lamports).to.equal(3_000_000n);
  });

  it('refuses what a real network refuses: bad signatures, foreign blockhashes', async () => {
    const payer = testKeypair('buyer');
    const lifetime = await network.transport.getLatestBlockhash();
    const build = (recentBlockhash: string): VersionedTransaction => {
      const { instructions } = transfer(payer.publicKey, stranger, 1_000_000);
      const message = new TransactionMessage({
        payerKey: payer.publicKey,
        recentBlockhash,
        instructions: [...instructions],
      });
      return new VersionedTransaction(message.compileToV0Message());
    };
    const forged = build(lifetime.blockhash);
    forged.sign([payer]);
    forged.signatures[0]![5]! ^= 1;
    const outcome = await network.transport.execute(forged, lifetime);
    expect(outcome.failure?.reason).to.equal('SignatureFailure');
    const old = build(PublicKey.unique().toBase58());
    old.sign([payer]);
    expect((await network.transport.execute(old, lifetime)).failure?.reason).to.equal('BlockhashNotFound');
  });

  it('measures compute units', async () => {
    const { unitsConsumed } = await market.buyer.escrow.bookJob({
      offer,
      devices: 1,
      hours: 1,
      payment: 'usdc',
      maxTotal: 10n ** 9n,
    });
    expect(unitsConsumed).to.equal(network.lastUnitsConsumed);
    expect(network.lastUnitsConsumed > 1_000n).to.equal(true);
  });

  it('installs programs as the upgradeable loader does, and only those that are given', () => {
    const bare = new TestNetwork({
      deployment: localnet(),
      programs: {},
      upgradeAuthority: null,
      startsAt: 5n,
    });
    expect(bare.now()).to.equal(5n);
    expect(bare.getAccount(bare.deployment.programs.escrow)).to.equal(null);
    for (const name of programNames) {
      expect(network.getAccount(network.deployment.programs[name])?.executable).to.equal(true);
    }
  });

  it('writes prices of 134 bytes', () => {
    const update = {
      price: 1n,
      conf: 0n,
      exponent: -8,
      publishTime: 0n,
      postedSlot: 1n,
      feedId: new Uint8Array(32),
    };
    expect(encodePriceUpdate(update).length).to.equal(134);
    expect(encodePriceUpdate({ ...update, verification: { partial: 5 } }).slice(40, 42)).to.deep.equal(
      Uint8Array.of(0, 5),
    );
  });

  it('rewrites token accounts and counts supplies', async () => {
    const { ioMint, usdcMint } = market.deployment;
    await market.fund(stranger, { io: 5n });
    const account = tokenAddress(ioMint, stranger);
    expect(tokenBalance(network, account)).to.equal(5n);
    expect(tokenBalance(network, tokenAddress(usdcMint, stranger))).to.equal(0n);
    changeTokenAccount(network, account, { frozen: true, amount: 7n });
    expect(tokenBalance(network, account)).to.equal(7n);
    await expectError(market.fund(stranger, { io: 5n }), 'token', 'AccountFrozen');
    expect(tokenSupply(network, ioMint)).to.equal(200_000_000_000_005n);
  });

  it('finds accounts by their fields', async () => {
    const order = { offer, devices: 1, hours: 1, payment: 'io', maxTotal: 10n ** 12n } as const;
    const first = await market.buyer.escrow.bookJob(order);
    const second = await market.buyer.escrow.bookJob(order);
    await market.operator.escrow.startJob({ job: second.accounts.job });
    const { accounts } = market.anyone;
    expect(await accounts.escrow.job.findAll()).to.have.length(2);
    const [running, ...others] = await accounts.escrow.job.findAll({
      buyer: market.buyer.payer,
      state: 'running',
    });
    expect(others).to.deep.equal([]);
    expect(running!.address.equals(second.accounts.job)).to.equal(true);
    const [found, missing] = await accounts.escrow.job.fetchMany([first.accounts.job, stranger]);
    expect(found).to.include({ state: 'booked', devices: 1, hours: 1 });
    expect(missing).to.equal(null);
    expect(await accounts.escrow.job.fetchMaybe(stranger)).to.equal(null);
  });

  it('says what an account is not', async () => {
    const { accounts } = market.anyone;
    const failure = async (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => expect.fail('it must fail'),
        (error: unknown) => (error as Error).name,
      );
    expect(await failure(accounts.escrow.job.fetch(stranger))).to.equal('AccountNotFound');
    expect(await failure(accounts.escrow.job.fetch(node))).to.equal('AccountMismatch');
    expect(await failure(accounts.escrow.job.fetch(offer))).to.equal('AccountMismatch');
  });

  it('tells which signature is missing before anything is sent', async () => {
    const call = escrow.endJob.call(market.buyer, {
      buyer: stranger,
      job: {
        address: stranger,
        buyer: stranger,
        node,
        offer,
        payout: stranger,
        payment: 'io',
        rentPayer: stranger,
      },
    });
    const error: unknown = await market.buyer.send(call).catch((one: unknown) => one);
    expect(error).to.be.instanceOf(SendError);
    expect(error).to.include({ name: 'MissingSigner' });
    expect((error as Error).message).to.contain(stranger.toBase58());
  });

  it('says that too many calls do not fit into one transaction', async () => {
    const calls = Array.from({ length: 40 }, () =>
      transfer(market.buyer.payer, Keypair.generate().publicKey, 1),
    );
    const error: unknown = await market.buyer.send(calls).catch((one: unknown) => one);
    expect(error).to.include({ name: 'TransactionTooLarge' });
  });

  it('sends several calls in one transaction, with limits', async () => {
    const first = escrow.createOffer.call(market.operator, { node, id: 1, terms: { price: 1n } });
    const second = escrow.createOffer.call(market.operator, { node, id: 2, terms: { price: 2n } });
    const { events } = await market.operator.send([first, second], {
      computeUnitLimit: 400_000,
      computeUnitPrice: 1n,
    });
    expect(events.map(({ name }) => name)).to.deep.equal(['offerCreated', 'offerCreated']);
    const offers = await market.anyone.accounts.escrow.offer.findAll({ node });
    expect(offers).to.have.length(3);
  });
});

describe('actions', () => {
  const test = useMarket();

  it('cover every instruction of every program', () => {
    const { market } = test;
    for (const program of programNames) {
      const instructions = idls[program].instructions.map(({ name }) => name as string).sort();
      expect(Object.keys(market.anyone[program]).sort()).to.deep.equal(instructions);
    }
  });

  it('build without a connection, and name every account', () => {
    const deployment = localnet();
    const payer = testKeypair('payer').publicKey;
    const node = pda.staking.node(deployment, payer, 0);
    const offer = pda.escrow.offer(deployment, node, 0);
    const order = { id: 1n, offer, node, devices: 1, hours: 1, payment: 'usdc', maxTotal: 1n } as const;
    const call = escrow.bookJob.call({ deployment, payer }, order);
    expect(call.signers).to.deep.equal([]);
    expect(call.accounts.job.equals(pda.escrow.job(deployment, payer, 1n))).to.equal(true);
    expect(call.instructions).to.have.length(1);
    const [instruction] = call.instructions;
    const { accounts } = idls.escrow.instructions.find(({ name }) => name === 'bookJob')!;
    expect(instruction!.keys).to.have.length(accounts.length);
    const buyer = testKeypair('buyer');
    const signed = escrow.bookJob.call({ deployment, payer }, { ...order, buyer });
    expect(signed.signers).to.deep.equal([buyer]);
  });

  it('say which account of an instruction is missing', () => {
    const accounts = {} as never;
    expect(() => programInstruction(localnet(), 'escrow', 'pause', { args: {}, accounts })).to.throw(
      'pause.pauser: is missing',
    );
  });
});
