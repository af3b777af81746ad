import { expect } from 'chai';
import { testKeypair } from '@ionet/sdk/testing';
import { PublicKey, SystemProgram } from '@solana/web3.js';
import { METADATA_PROGRAM, createMetadataCall, metadataAddress } from '../../migrations/lib/metadata.js';
import { migrate } from '../../migrations/lib/migrate.js';
import { METADATA_BINARY, useMigration } from '../harness/migration.js';

const TOKEN = { name: 'IO', symbol: 'IO', uri: 'https://example.com/io.json' };

const text = (value: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
};

describe('the metadata of IO', () => {
  const mint = testKeypair('some mint').publicKey;
  const authority = testKeypair('deployer').publicKey;
  const updateAuthority = testKeypair('multisig').publicKey;

  it('lies at the address that wallets look at', () => {
    const seeds = [Buffer.from('metadata'), METADATA_PROGRAM.toBytes(), mint.toBytes()];
    const [expected] = PublicKey.findProgramAddressSync(seeds, METADATA_PROGRAM);
    expect(METADATA_PROGRAM.toBase58()).to.equal('metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s');
    expect(metadataAddress(mint).equals(expected)).to.equal(true);
  });

  it('is created by the published instruction: no royalty, no creators, changeable by the multisig', () => {
    const { instructions } = createMetadataCall(mint, authority, updateAuthority, TOKEN);
    expect(instructions).to.have.length(1);
    const [{ programId, keys, data }] = instructions as [(typeof instructions)[0]];
    expect(programId.equals(METADATA_PROGRAM)).to.equal(true);
    const CREATE_METADATA_ACCOUNT_V3 = 33;
    const sellerFeeBasisPoints = [0, 0];
    const none = 0; // creators, collection, uses, and at the end the details of a collection
    expect(data).to.deep.equal(
      Buffer.concat([
        Buffer.from([CREATE_METADATA_ACCOUNT_V3]),
        ...[TOKEN.name, TOKEN.symbol, TOKEN.uri].map(text),
        Buffer.from([...sellerFeeBasisPoints, none, none, none]),
        Buffer.from([1, none]), // it can be changed
      ]),
    );
    expect(
      keys.slice(0, 6).map(({ pubkey, isSigner, isWritable }) => [pubkey, isSigner, isWritable]),
    ).to.deep.equal([
      [metadataAddress(mint), false, true],
      [mint, false, false],
      [authority, true, false],
      [authority, true, true],
      [updateAuthority, false, false],
      [SystemProgram.programId, false, false],
    ]);
  });
});

describe('the metadata of IO on the real token metadata program', () => {
  const test = useMigration();

  before(function () {
    if (METADATA_BINARY === undefined) this.skip();
  });

  it('is written once, names the multisig, and is not touched again', async () => {
    const { network, config } = test;
    await migrate({ client: test.deployer(), config }, () => undefined);
    const address = metadataAddress(network.deployment.ioMint);
    const account = network.getAccount(address)!;
    expect(account.owner.equals(METADATA_PROGRAM)).to.equal(true);
    const data = Buffer.from(account.data);
    expect(new PublicKey(data.subarray(1, 33)).equals(config.roles.multisig), 'update authority').to.equal(
      true,
    );
    expect(new PublicKey(data.subarray(33, 65)).equals(network.deployment.ioMint), 'mint').to.equal(true);
    expect(data.includes(TOKEN.uri)).to.equal(true);
    await migrate({ client: test.deployer(), config }, () => undefined);
    expect(network.getAccount(address)).to.deep.equal(account);
  });
});
