import {
  ComputeBudgetProgram,
  PACKET_DATA_SIZE,
  TransactionMessage,
  VersionedTransaction,
  type PublicKey,
  type TransactionInstruction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { airdrop, programConstant, shardCount, type Call } from '@ionet/sdk';
import { expectError, testKeypair } from '@ionet/sdk/testing';
import { claimant, createSparseSeason } from '../harness/airdrop.js';
import { useMarket } from '../harness/market.js';
import { leafHash, pathTo } from '../harness/merkle.js';
import {
  claimFromDistributor,
  distributorOf,
  installPerClaim,
  openDistributor,
  PER_CLAIM,
  receiptOf,
} from '../harness/per-claim.js';

const DEEPEST = 2 ** 20;
const CLAIMS = 1_000_000;

describe('airdrop: what a claim costs', () => {
  const test = useMarket();
  const deepest = async (index: number) =>
    createSparseSeason(test.market, DEEPEST, { index, wallet: claimant(index).publicKey, amount: 5n });

  /** The bytes of a signed transaction, with a compute limit and a price as wallets add them. */
  function sizeOf(call: Call, payer: PublicKey): number {
    const instructions = [
      ComputeBudgetProgram.setComputeUnitLimit({ units: 60_000 }),
      ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 1_000 }),
      ...call.instructions,
    ];
    const recentBlockhash = testKeypair('blockhash').publicKey.toBase58();
    const message = new TransactionMessage({ payerKey: payer, recentBlockhash, instructions });
    return new VersionedTransaction(message.compileToV0Message()).serialize().length;
  }

  it('fits into one transaction at depth 20, also where it creates the token account', async () => {
    const { anyone } = test.market;
    const { claim } = await deepest(123_456);
    expect(claim.proof.length).to.equal(20 * 32);
    const call = airdrop.claim.call(anyone, { ...claim, createTokenAccount: true });
    expect(call.instructions).to.have.length(2);
    expect(sizeOf(call, anyone.payer)).to.be.at.most(PACKET_DATA_SIZE);
    await anyone.send(call);
  });

  it('uses under 13,000 compute units at depth 20', async () => {
    const { market } = test;
    for (const index of [0, 1, 65_535, 777_777, DEEPEST - 1]) {
      const { claim } = await deepest(index);
      await market.fund(claim.wallet, {});
      const { unitsConsumed } = await market.anyone.airdrop.claim(claim);
      expect(Number(unitsConsumed), `leaf ${index}`).to.be.lessThan(13_000);
    }
  });

  it('is cheaper than the same claim of a program that keeps an account for each', async () => {
    const { market } = test;
    const { anyone, deployment, network } = market;
    await installPerClaim(network);
    const { claim } = await deepest(777_777);
    const { index, wallet, amount } = claim;
    await market.fund(wallet, {});
    const ours = await anyone.airdrop.claim(claim);

    const distributor = distributorOf(1);
    const { root, proof } = pathTo(leafHash(PER_CLAIM, distributor, claim), 20);
    await market.fund(distributor, { io: amount });
    const open = openDistributor(deployment, anyone.payer, { id: 1, root, amount });
    const other = claimFromDistributor(deployment, anyone.payer, { id: 1, index, wallet, amount, proof });
    const call = (...instructions: TransactionInstruction[]) => ({ instructions, signers: [], accounts: {} });
    await anyone.send(call(open));
    const theirs = await anyone.send(call(other));
    // Both have paid the wallet, and neither pays twice.
    expect(market.balances(wallet).io).to.equal(2n * amount);
    await expectError(anyone.airdrop.claim(claim), 'airdrop', 'AlreadyClaimed');
    expect(await anyone.send(call(other)).catch((error: unknown) => error)).to.be.instanceOf(Error);
    expect(market.balances(wallet).io).to.equal(2n * amount);
    expect(Number(ours.unitsConsumed)).to.be.lessThan(Number(theirs.unitsConsumed));
    expect(network.getAccount(receiptOf(distributor, index))?.lamports).to.equal(1_224_960n);
  });

  it('takes under 900 lamports of rent for each of a million claims, season and vault included', async () => {
    const { market } = test;
    const { network } = market;
    const { address } = await createSparseSeason(market, CLAIMS, {
      index: CLAIMS - 1,
      wallet: claimant(0).publicKey,
      amount: 5n,
    });
    for (let index = 0; index < shardCount(CLAIMS) - 1; index += 1) {
      await market.anyone.airdrop.openShard({ season: address, index });
    }
    const shards = await market.anyone.accounts.airdrop.claimShard.findAll({ season: address });
    expect(shards).to.have.length(Math.ceil(CLAIMS / programConstant('airdrop', 'CLAIMS_PER_SHARD')));
    const { vault } = await market.anyone.accounts.airdrop.season.fetch(address);
    const rent = [address, vault, ...shards.map((shard) => shard.address)].reduce(
      (sum, account) => sum + network.getAccount(account)!.lamports,
      0n,
    );
    expect(Number(rent) / CLAIMS).to.be.lessThan(900);
  });
});
