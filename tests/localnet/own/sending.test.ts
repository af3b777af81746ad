import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { SendError, createClient, httpTransport, type Call, type SendProgress } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { useNode } from '../../harness/rpc-node.js';

describe('local network: sending', () => {
  const node = useNode();
  const to = testKeypair('somebody').publicKey;

  it('goes on over another endpoint when one is gone, and tells of each step', async () => {
    const payer = await node.wallet();
    const transport = httpTransport(['http://127.0.0.1:1', node.rpcUrl], { pollIntervalMs: 25 });
    const client = createClient({ transport, payer, deployment: node.deployment });
    const call: Call = {
      instructions: [
        SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports: 5_000_000 }),
      ],
      signers: [],
      accounts: {},
    };
    const progress: SendProgress[] = [];
    const { signature, unitsConsumed } = await client.send(call, { onProgress: (one) => progress.push(one) });
    expect(progress.map(({ kind }) => kind).filter((kind) => kind !== 'resent')).to.deep.equal([
      'simulated',
      'signed',
      'sent',
      'confirmed',
    ]);
    expect(progress[0]).to.include({ computeUnitPrice: 0n });
    expect(unitsConsumed).to.not.equal(null);
    const { value } = await node.connection.getSignatureStatuses([signature]);
    expect(value[0]?.err).to.equal(null);
  });

  it('refuses what the simulation refuses, before anything is signed', async () => {
    const payer = await node.wallet(1);
    const call: Call = {
      instructions: [
        SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports: 5_000_000_000 }),
      ],
      signers: [],
      accounts: {},
    };
    const progress: SendProgress[] = [];
    const error: unknown = await node
      .client(payer)
      .send(call, { onProgress: (one) => progress.push(one) })
      .catch((one: unknown) => one);
    expect(error).to.include({ program: 'system', name: 'ResultWithNegativeLamports' });
    expect(progress).to.be.empty;
  });

  it('says that a wallet without SOL cannot pay', async () => {
    const poor = testKeypair('without anything');
    const call: Call = {
      instructions: [SystemProgram.transfer({ fromPubkey: poor.publicKey, toPubkey: to, lamports: 1 })],
      signers: [],
      accounts: {},
    };
    const error: unknown = await node
      .client(poor)
      .send(call)
      .catch((one: unknown) => one);
    expect(error).to.be.instanceOf(SendError);
    expect(error).to.include({ name: 'TransactionRefused', fate: 'never' });
  });
});
