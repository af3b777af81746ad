import { expect } from 'chai';
import { oracle, pda, parseUsdc } from '@ionet/sdk';
import { expectError } from '@ionet/sdk/testing';
import { useMarket } from '../harness/market.js';
import { installProxy, throughProxy } from '../harness/proxy-program.js';

describe('oracle: report_job called by another program', () => {
  const test = useMarket();

  it('refuses, though the members signed and the signatures stand right before the caller', async () => {
    const { market, offer } = test;
    const { network, deployment, anyone } = market;
    await installProxy(network);
    const order = { offer, devices: 1, hours: 2, payment: 'usdc', maxTotal: parseUsdc('10') } as const;
    const job = await market.bookAndStart(order);
    market.warpBy(60);
    const now = network.now();
    const call = oracle.reportJob.call(anyone, {
      job,
      setVersion: 1,
      sequence: 1n,
      verifiedSeconds: 60n,
      asOf: now,
      expiresAt: now + 60n,
      members: market.oracles.map((member) => member.publicKey),
      signers: market.oracles.slice(0, 2),
    });
    const [signatures, report] = call.instructions;
    if (signatures === undefined || report === undefined) throw new Error('two instructions were expected');

    await expectError(
      anyone.send({ instructions: [signatures, throughProxy(report)], signers: [], accounts: {} }),
      'oracle',
      'NotTopLevel',
    );
    expect(network.getAccount(pda.oracle.jobUsage(deployment, job))).to.equal(null);

    await anyone.send(call);
    expect(
      (await anyone.accounts.oracle.jobUsage.fetch(pda.oracle.jobUsage(deployment, job))).verifiedSeconds,
    ).to.equal(60n);
  });
});
