import { Keypair, PublicKey, SystemProgram, Transaction, sendAndConfirmTransaction } from '@solana/web3.js';
import {
  AuthorityType,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
  approve,
  createAssociatedTokenAccount,
  createMint,
  freezeAccount,
  getAccount,
  getMint,
  getOrCreateAssociatedTokenAccount,
  mintTo,
  setAuthority,
  transferChecked,
} from '@solana/spl-token';
import { expect } from 'chai';
import { decompress } from 'fzstd';
import { itOnOurs, rpcCall, useNode } from '../harness/rpc-node.js';

describe('local network: accounts', () => {
  const node = useNode();

  it('shows an account in each encoding, whole and in part', async () => {
    const address = node.deployment.priceAccount.toBase58();
    const read = async (config: object): Promise<[string, string]> => {
      const answer = await rpcCall(node.rpcUrl, 'getAccountInfo', [address, config]);
      return (answer as { value: { data: [string, string] } }).value.data;
    };
    const commitment = 'confirmed';
    const [base64] = await read({ encoding: 'base64', commitment });
    const bytes = Buffer.from(base64, 'base64');
    expect(bytes).to.have.length(134);
    const [zstd, name] = await read({ encoding: 'base64+zstd', commitment });
    expect(name).to.equal('base64+zstd');
    // The feed's identity: the time of the price may have moved on between the two.
    expect(Buffer.from(decompress(Buffer.from(zstd, 'base64'))).subarray(41, 73)).to.deep.equal(
      bytes.subarray(41, 73),
    );
    const [slice] = await read({ encoding: 'base64', dataSlice: { offset: 41, length: 32 }, commitment });
    expect(Buffer.from(slice, 'base64').toString('utf8')).to.contain('ionet:localnet:IO/USD');
  });

  itOnOurs('shows what it cannot put in words as bytes', 'it has words for price accounts', async () => {
    const { value } = await node.connection.getParsedAccountInfo(node.deployment.priceAccount);
    expect(value?.data).to.have.length(134);
  });

  it('shows many accounts in their order, and nothing where there is none', async () => {
    const wallet = await node.wallet(2);
    const nobody = Keypair.generate().publicKey;
    const [missing, found] = await node.connection.getMultipleAccountsInfo([nobody, wallet.publicKey]);
    expect(missing).to.equal(null);
    expect(found?.lamports).to.equal(2_000_000_000);
    expect(found?.owner.equals(SystemProgram.programId)).to.equal(true);
    expect(await node.connection.getAccountInfo(nobody)).to.equal(null);
    expect(await node.connection.getBalance(nobody)).to.equal(0);
  });

  it('finds the accounts of a program by size and by their bytes', async () => {
    const { escrow } = node.deployment.programs;
    const all = await node.connection.getProgramAccounts(escrow);
    expect(all.length).to.be.greaterThan(0);
    const [one] = all;
    if (one === undefined) return;
    const bytes = one.account.data.subarray(0, 8);
    for (const memcmp of [
      { offset: 0, bytes: new PublicKey(Buffer.concat([bytes, Buffer.alloc(24)])).toBase58() },
      { offset: 0, bytes: Buffer.from(bytes).toString('base64'), encoding: 'base64' as const },
    ]) {
      const found = await node.connection.getProgramAccounts(escrow, {
        filters: [{ memcmp }, { dataSize: one.account.data.length }],
        dataSlice: { offset: 0, length: 8 },
      });
      const expected = memcmp.encoding === 'base64' ? [bytes] : [];
      expect(found.map(({ account }) => account.data.subarray(0, 8))).to.deep.include.members(expected);
    }
    const none = await node.connection.getProgramAccounts(escrow, { filters: [{ dataSize: 7 }] });
    expect(none).to.deep.equal([]);
    const withContext = await node.connection.getProgramAccounts(escrow, { withContext: true });
    expect(withContext.context.slot).to.be.greaterThan(0);
    expect(withContext.value).to.have.length(all.length);
  });

  for (const [name, program] of [
    ['SPL Token', TOKEN_PROGRAM_ID],
    ['Token-2022', TOKEN_2022_PROGRAM_ID],
  ] as const) {
    it(`keeps tokens of ${name}, and shows them in words`, async () => {
      const { connection } = node;
      const owner = await node.wallet();
      const friend = Keypair.generate().publicKey;
      const authority = owner.publicKey;
      const mint = await createMint(
        connection,
        owner,
        authority,
        authority,
        6,
        undefined,
        undefined,
        program,
      );
      const account = await createAssociatedTokenAccount(
        connection,
        owner,
        mint,
        authority,
        undefined,
        program,
      );
      await mintTo(connection, owner, mint, account, owner, 2_500_000, [], undefined, program);
      const to = await getOrCreateAssociatedTokenAccount(
        connection,
        owner,
        mint,
        friend,
        false,
        'confirmed',
        undefined,
        program,
      );
      await transferChecked(
        connection,
        owner,
        account,
        mint,
        to.address,
        owner,
        500_000,
        6,
        [],
        undefined,
        program,
      );
      await approve(connection, owner, account, friend, owner, 7, [], undefined, program);

      expect((await getMint(connection, mint, 'confirmed', program)).supply).to.equal(2_500_000n);
      expect((await getAccount(connection, to.address, 'confirmed', program)).amount).to.equal(500_000n);
      const { value: balance } = await connection.getTokenAccountBalance(account);
      expect(balance).to.deep.include({ amount: '2000000', decimals: 6, uiAmountString: '2' });
      expect((await connection.getTokenSupply(mint)).value.uiAmountString).to.equal('2.5');

      const byOwner = await connection.getParsedTokenAccountsByOwner(authority, { mint });
      const [found] = byOwner.value;
      expect(found?.pubkey.equals(account)).to.equal(true);
      const parsed = found?.account.data.parsed as { type: string; info: Record<string, unknown> };
      expect(parsed.type).to.equal('account');
      expect(parsed.info).to.deep.include({
        mint: mint.toBase58(),
        owner: authority.toBase58(),
        state: 'initialized',
        isNative: false,
        delegate: friend.toBase58(),
      });
      const byProgram = await connection.getTokenAccountsByOwner(authority, { programId: program });
      expect(byProgram.value.map(({ pubkey }) => pubkey.toBase58())).to.include(account.toBase58());
      const largest = await connection.getTokenLargestAccounts(mint);
      expect(largest.value.map(({ amount }) => amount)).to.deep.equal(['2000000', '500000']);

      await freezeAccount(connection, owner, to.address, mint, owner, [], undefined, program);
      await setAuthority(
        connection,
        owner,
        mint,
        owner,
        AuthorityType.MintTokens,
        null,
        [],
        undefined,
        program,
      );
      const shown = await connection.getParsedAccountInfo(mint);
      const { info } = (shown.value?.data as { parsed: { info: Record<string, unknown> } }).parsed;
      expect(info).to.deep.include({ decimals: 6, supply: '2500000', mintAuthority: null });
      const frozen = await connection.getParsedAccountInfo(to.address);
      const state = (frozen.value?.data as { parsed: { info: { state: string } } }).parsed.info.state;
      expect(state).to.equal('frozen');
    }).timeout(120_000);
  }

  it('finds token accounts by their delegate', async () => {
    const { connection } = node;
    const owner = await node.wallet();
    const delegate = Keypair.generate().publicKey;
    const mint = await createMint(connection, owner, owner.publicKey, null, 0);
    const account = await createAssociatedTokenAccount(connection, owner, mint, owner.publicKey);
    await mintTo(connection, owner, mint, account, owner, 5);
    await approve(connection, owner, account, delegate, owner, 3);
    const answer = await rpcCall(node.rpcUrl, 'getTokenAccountsByDelegate', [
      delegate.toBase58(),
      { mint: mint.toBase58() },
      { encoding: 'jsonParsed', commitment: 'confirmed' },
    ]);
    const { value } = answer as { value: { pubkey: string }[] };
    expect(value.map(({ pubkey }) => pubkey)).to.deep.equal([account.toBase58()]);
  }).timeout(60_000);

  it('closes accounts that are emptied', async () => {
    const { connection } = node;
    const payer = await node.wallet(1);
    const other = await node.wallet(1);
    const transaction = new Transaction().add(
      SystemProgram.transfer({
        fromPubkey: other.publicKey,
        toPubkey: payer.publicKey,
        lamports: 1_000_000_000,
      }),
    );
    await sendAndConfirmTransaction(connection, transaction, [payer, other]);
    expect(await connection.getAccountInfo(other.publicKey)).to.equal(null);
  });

  it('says how many lamports exempt from rent', async () => {
    expect(await node.connection.getMinimumBalanceForRentExemption(0)).to.equal(890_880);
    expect(await node.connection.getMinimumBalanceForRentExemption(165)).to.equal(2_039_280);
  });
});
