import * as spl from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import {
  createTokenAccountInstruction,
  decodeMint,
  decodeTokenAccount,
  initializeMintInstruction,
  mintToInstruction,
  tokenAddress,
} from '@ionet/sdk';
import { changeTokenAccount, testKeypair } from '@ionet/sdk/testing';
import { expect } from 'chai';
import { useMarket } from '../harness/market.js';

/** The SDK's few instructions and layouts of the token programs, beside the client of their authors. */
describe('sdk: tokens, beside the SPL client', () => {
  const test = useMarket();
  const [payer, mint, owner, authority] = ['payer', 'mint', 'owner', 'authority'].map(
    (label) => testKeypair(label).publicKey,
  ) as [PublicKey, PublicKey, PublicKey, PublicKey];

  it('derives the same addresses, also for owners off the curve', () => {
    const [program] = PublicKey.findProgramAddressSync([new Uint8Array(1)], mint);
    for (const wallet of [owner, program]) {
      expect(tokenAddress(mint, wallet)).to.deep.equal(spl.getAssociatedTokenAddressSync(mint, wallet, true));
    }
  });

  it('builds the same instructions', () => {
    const account = tokenAddress(mint, owner);
    expect(createTokenAccountInstruction(payer, mint, owner)).to.deep.equal(
      spl.createAssociatedTokenAccountIdempotentInstruction(payer, account, owner, mint),
    );
    for (const amount of [0n, 1n, 2n ** 64n - 1n]) {
      expect(mintToInstruction(mint, account, authority, amount)).to.deep.equal(
        spl.createMintToInstruction(mint, account, authority, amount),
      );
    }
  });

  it('makes and reads mints as the SPL client does', () => {
    expect(initializeMintInstruction(mint, 8, authority)).to.deep.equal(
      spl.createInitializeMint2Instruction(mint, 8, authority, null),
    );
    const { network, deployment } = test.market;
    for (const address of [deployment.ioMint, deployment.usdcMint]) {
      const { data, owner: program, lamports, executable } = network.getAccount(address)!;
      const info = { data: Buffer.from(data), owner: program, lamports: Number(lamports), executable };
      const { decimals, supply, mintAuthority, freezeAuthority } = spl.unpackMint(address, info);
      expect(decodeMint(data)).to.deep.equal({ decimals, supply, mintAuthority, freezeAuthority });
    }
    expect(decodeMint(new Uint8Array(82))).to.equal(null);
    expect(decodeMint(new Uint8Array(165).fill(1))).to.equal(null);
  });

  it('reads who else may move or close an account', async () => {
    const { market } = test;
    const address = tokenAddress(market.deployment.usdcMint, market.buyer.payer);
    const { payer: holder } = market.buyer;
    const approve = spl.createApproveInstruction(address, authority, holder, 5n);
    const close = spl.createSetAuthorityInstruction(address, holder, spl.AuthorityType.CloseAccount, mint);
    await market.buyer.send({ instructions: [approve, close], signers: [], accounts: {} });
    expect(decodeTokenAccount(market.network.getAccount(address)!.data)).to.deep.include({
      delegate: authority,
      closeAuthority: mint,
    });
  });

  it('reads what the token program wrote', () => {
    const { market } = test;
    const address = tokenAddress(market.deployment.usdcMint, market.buyer.payer);
    for (const frozen of [false, true]) {
      changeTokenAccount(market.network, address, { frozen });
      const { data, owner: program, lamports, executable } = market.network.getAccount(address)!;
      const info = { data: Buffer.from(data), owner: program, lamports: Number(lamports), executable };
      const theirs = spl.unpackAccount(address, info);
      expect(decodeTokenAccount(data)).to.deep.equal({
        mint: theirs.mint,
        owner: theirs.owner,
        amount: theirs.amount,
        frozen: theirs.isFrozen,
        delegate: theirs.delegate,
        closeAuthority: theirs.closeAuthority,
      });
      expect(theirs.isFrozen).to.equal(frozen);
    }
  });

  it('reads nothing from what is no token account', () => {
    expect(decodeTokenAccount(new Uint8Array(0))).to.equal(null);
    expect(decodeTokenAccount(new Uint8Array(165))).to.equal(null);
    expect(decodeTokenAccount(new Uint8Array(82).fill(1))).to.equal(null);
  });
});
