import { expect } from 'chai';
import { emission, eventOf, pda } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { replaceAccount, withoutSignature } from '../harness/calls.js';
import { advanceTo, claim, postFinalRoot, treeOf, useEmission } from '../harness/emission.js';
import { expectRefused } from '../harness/refusals.js';

const kind = 'gpu' as const;

describe('emission: open_reward_account', () => {
  const test = useEmission();
  const node = testKeypair('node a').publicKey;
  const pool = () => pda.emission.pool(test.market.deployment, kind);
  const address = () => pda.emission.rewardAccount(test.market.deployment, pool(), node);
  const open = () => test.market.anyone.emission.openRewardAccount({ kind, node });

  it('opens an account that has claimed nothing, of 64 bytes, paid by whoever asks', async () => {
    const { market } = test;
    const { network, anyone } = market;
    const before = await test.pool(kind);
    const lamports = network.getAccount(anyone.payer)!.lamports;
    const { events } = await open();
    const account = network.getAccount(address())!;
    expect(account.data.length).to.equal(64);
    expect(account.lamports).to.equal(network.rentFor(64));
    expect(lamports - network.getAccount(anyone.payer)!.lamports).to.equal(network.rentFor(64) + 5_000n);
    expect(await anyone.accounts.emission.rewardAccount.fetch(address())).to.deep.include({
      version: 1,
      kind,
      node,
      claimed: 0n,
      rootVersion: 0n,
    });
    const seq = before.seq + 1n;
    expect(await test.pool(kind)).to.deep.equal({ ...before, seq });
    expect(eventOf(events, 'emission', 'rewardAccountOpened')).to.deep.equal({
      pool: pool(),
      node,
      payer: anyone.payer,
      seq,
    });
  });

  it('serves the first claim as one that the claim creates does', async () => {
    const { market } = test;
    await open();
    await advanceTo(market, 1n);
    const tree = treeOf(market, kind, [['a', 1_000n]]);
    const { root, total } = tree;
    const version = await postFinalRoot(market, { kind, epoch: 1n, root, total });
    await claim(market.anyone, { kind, version, tree, index: 0, label: 'a' });
    const { claimed } = await market.anyone.accounts.emission.rewardAccount.fetch(address());
    expect(claimed).to.equal(1_000n);
    // What was claimed cannot be forgotten by opening the account anew.
    await expectRefused(market, open, 'system', 'AccountAlreadyInUse');
  });

  it('is not held up by lamports sent ahead', async () => {
    const { market } = test;
    market.network.airdrop(address(), 1_000_000n);
    await open();
    expect(market.network.getAccount(address())!.lamports).to.equal(market.network.rentFor(64));
  });

  it('keeps the pools apart', async () => {
    const { market } = test;
    await open();
    await market.anyone.emission.openRewardAccount({ kind: 'cpu', node });
    const call = emission.openRewardAccount.call(market.anyone, { kind, node: testKeypair('b').publicKey });
    const { rewardAccount } = call.accounts;
    const cpu = pda.emission.pool(market.deployment, 'cpu');
    for (const forged of [
      replaceAccount(call, pool(), cpu),
      replaceAccount(call, rewardAccount, address()),
    ]) {
      await expectRefused(market, () => market.anyone.send(forged), 'emission', 'ConstraintSeeds');
    }
  });

  it('refuses a payer who does not sign', async () => {
    const { market } = test;
    const call = emission.openRewardAccount.call(market.buyer, { kind, node });
    const unsigned = withoutSignature(call, market.buyer.payer);
    await expectRefused(market, () => market.anyone.send(unsigned), 'emission', 'AccountNotSigner');
  });
});
