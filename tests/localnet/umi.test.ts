import {
  createSignerFromKeypair,
  generateSigner,
  publicKey,
  signerIdentity,
  sol,
  transactionBuilder,
  type Umi,
} from '@metaplex-foundation/umi';
import { createUmi } from '@metaplex-foundation/umi-bundle-defaults';
import {
  fromWeb3JsInstruction,
  fromWeb3JsKeypair,
  toWeb3JsPublicKey,
} from '@metaplex-foundation/umi-web3js-adapters';
import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { useNode } from '../harness/rpc-node.js';

describe('local network: umi', () => {
  const node = useNode();

  async function umiWithWallet(): Promise<Umi> {
    const umi = createUmi(node.rpcUrl, { commitment: 'confirmed', wsEndpoint: node.wsUrl });
    const keypair = fromWeb3JsKeypair(await node.wallet());
    return umi.use(signerIdentity(createSignerFromKeypair(umi, keypair)));
  }

  it('sends by a transaction builder, polls until it is confirmed, and reads accounts', async () => {
    const umi = await umiWithWallet();
    const to = generateSigner(umi).publicKey;
    const transfer = SystemProgram.transfer({
      fromPubkey: toWeb3JsPublicKey(umi.identity.publicKey),
      toPubkey: toWeb3JsPublicKey(to),
      lamports: 250_000_000,
    });
    const builder = transactionBuilder().add({
      instruction: fromWeb3JsInstruction(transfer),
      signers: [umi.identity],
      bytesCreatedOnChain: 0,
    });
    const blockhash = await umi.rpc.getLatestBlockhash();
    const transaction = await builder.setBlockhash(blockhash).buildAndSign(umi);
    const signature = await umi.rpc.sendTransaction(transaction);
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const [status] = await umi.rpc.getSignatureStatuses([signature]);
      if (status?.commitment === 'confirmed' || status?.commitment === 'finalized') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await umi.rpc.getBalance(to)).basisPoints).to.equal(sol(0.25).basisPoints);
    const found = await umi.rpc.getTransaction(signature, { commitment: 'confirmed' });
    expect(found?.meta.err).to.equal(null);
    const mint = publicKey(node.deployment.ioMint.toBase58());
    const [account] = await umi.rpc.getAccounts([mint]);
    expect(account?.exists).to.equal(true);
    const program = publicKey(node.deployment.programs.staking.toBase58());
    expect((await umi.rpc.getProgramAccounts(program)).length).to.be.at.least(1);
    expect((await umi.rpc.getRent(165)).basisPoints).to.equal(2_039_280n);
  });

  it('gets the logs of what preflight refuses', async () => {
    const umi = await umiWithWallet();
    const transfer = SystemProgram.transfer({
      fromPubkey: toWeb3JsPublicKey(umi.identity.publicKey),
      toPubkey: toWeb3JsPublicKey(generateSigner(umi).publicKey),
      lamports: 1_000_000_000_000,
    });
    const builder = transactionBuilder().add({
      instruction: fromWeb3JsInstruction(transfer),
      signers: [umi.identity],
      bytesCreatedOnChain: 0,
    });
    const error: unknown = await builder.send(umi).then(
      () => expect.fail('it must be refused'),
      (one: unknown) => one,
    );
    expect(String(error)).to.contain('custom program error: 0x1');
    expect((error as { logs?: readonly string[] }).logs?.join('\n')).to.contain('insufficient lamports');
  });
});
