import { keypairIdentity } from '@metaplex-foundation/umi';
import { createUmi } from '@metaplex-foundation/umi-bundle-defaults';
import { PublicKey, type VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import * as sdk from '@ionet/sdk';
import {
  createClient,
  eventOf,
  idls,
  localnet,
  parseEvents,
  programNames,
  type Action,
  type MemcmpFilter,
  type NamedAccounts,
  type ProgramName,
  type RawAccount,
  type RecentBlockhash,
  type TransactionOutcome,
  type Transport,
} from '@ionet/sdk';
import * as airdrop from '@ionet/sdk/airdrop';
import * as emission from '@ionet/sdk/emission';
import * as escrow from '@ionet/sdk/escrow';
import * as oracle from '@ionet/sdk/oracle';
import * as staking from '@ionet/sdk/staking';
import * as treasury from '@ionet/sdk/treasury';
import { testKeypair } from '@ionet/sdk/testing';
import { ionet } from '@ionet/sdk/umi';

type AnyAction = Action<unknown, unknown, NamedAccounts>;
type Actions = Readonly<Record<string, AnyAction>>;

/** The reader of any account type. */
interface Reader {
  fetch(address: PublicKey): Promise<Fields>;
  fetchMaybe(address: PublicKey): Promise<Fields | null>;
  fetchMany(addresses: readonly PublicKey[]): Promise<(Fields | null)[]>;
  findAll(filter: object): Promise<Fields[]>;
}
type Fields = Readonly<Record<string, unknown>>;

const entries: Readonly<Record<ProgramName, object>> = {
  airdrop,
  emission,
  escrow,
  oracle,
  staking,
  treasury,
};
const deployment = localnet();
const address = testKeypair('account').publicKey;
const missing = testKeypair('missing').publicKey;
/** Zeros are a value of every type that the programs have, and enough of them of the widest. */
const ZEROS = 100_000;

const zeros = (discriminator: readonly number[]): Uint8Array => {
  const data = new Uint8Array(ZEROS);
  data.set(discriminator);
  return data;
};

/** A network with one account, which remembers what it was asked for. */
class OneAccount implements Transport {
  filters: readonly MemcmpFilter[] = [];
  readonly sent: Uint8Array[] = [];

  constructor(readonly account: RawAccount) {}

  getAccounts(addresses: readonly PublicKey[]): Promise<(RawAccount | null)[]> {
    return Promise.resolve(addresses.map((one) => (one.equals(this.account.address) ? this.account : null)));
  }
  getProgramAccounts(_: PublicKey, filters: readonly MemcmpFilter[]): Promise<RawAccount[]> {
    this.filters = filters;
    return Promise.resolve([this.account]);
  }
  getLatestBlockhash(): Promise<RecentBlockhash> {
    return Promise.resolve({ blockhash: PublicKey.default.toBase58(), lastValidBlockHeight: 1 });
  }
  execute({ message }: VersionedTransaction): Promise<TransactionOutcome> {
    this.sent.push(message.serialize());
    return Promise.resolve({ signature: '', logs: [], unitsConsumed: null, failure: null });
  }
}

/** What came of an attempt to send: the error's words, or that it was sent. */
async function outcomeOf(send: () => Promise<unknown>): Promise<string> {
  try {
    await send();
    return 'sent';
  } catch (error) {
    return String(error);
  }
}

function clientOf(account: RawAccount): { client: sdk.Client; network: OneAccount } {
  const network = new OneAccount(account);
  return { network, client: createClient({ transport: network, payer: testKeypair('payer'), deployment }) };
}

const nothing: RawAccount = {
  address,
  owner: PublicKey.default,
  lamports: 1n,
  data: new Uint8Array(),
  executable: false,
};

for (const program of programNames) {
  const idl = idls[program];

  describe(`faces of ${program}`, () => {
    const names = idl.instructions.map(({ name }) => name);
    const actions = sdk[program] as unknown as Actions;

    it('has an action for each instruction, and for nothing else', () => {
      expect(Object.keys(actions)).to.have.members(names);
      expect(Object.keys(entries[program])).to.have.members(names);
      for (const name of names) {
        expect(entries[program]).to.have.property(name, actions[name]);
      }
    });

    it('sends each, builds each without a connection, and has each bound to a client and to umi', async () => {
      const { client, network } = clientOf(nothing);
      const umi = createUmi('http://127.0.0.1:1').use(ionet(deployment));
      const payer = umi.eddsa.createKeypairFromSecretKey(testKeypair('payer').secretKey);
      umi.use(keypairIdentity(payer));
      for (const name of names) {
        const action = actions[name]!;
        expect(action, name).to.be.a('function');
        expect(action.call, name).to.be.a('function');
        expect(action.prepare, name).to.be.a('function');
        expect(client[program], name).to.have.property(name).that.is.a('function');
        expect(umi.ionet[program], name).to.have.property(name).that.is.a('function');
        expect(umi.ionet[program], name).to.have.nested.property(`${name}.prepare`).that.is.a('function');

        // Where nothing is given, some are sent and some refuse: each face does the same.
        const bound = client[program] as unknown as Readonly<
          Record<string, (args: object) => Promise<unknown>>
        >;
        const outcomes = [
          await outcomeOf(() => action(client, {})),
          await outcomeOf(() => bound[name]!({})),
          await outcomeOf(async () => client.send(await action.prepare(client, {}))),
        ];
        expect(new Set(outcomes).size, `${name}: ${outcomes.join(', ')}`).to.equal(1);
        if (outcomes[0] !== 'sent') continue;
        expect(network.sent).to.have.length(3);
        const [first, ...others] = network.sent.splice(0);
        for (const other of others) expect(other).to.deep.equal(first);
      }
    });

    it('reads each of its events out of the logs, by name', () => {
      for (const { name, discriminator } of idl.events) {
        const id = deployment.programs[program].toBase58();
        const data = Buffer.from(zeros(discriminator).subarray(0, 2_000)).toString('base64');
        const logs = [`Program ${id} invoke [1]`, `Program data: ${data}`, `Program ${id} success`];
        const events = parseEvents(logs, deployment);
        expect(events).to.have.length(1);
        expect(events[0]).to.include({ program, name });
        expect(eventOf(events, program, name as never), name).to.equal(events[0]?.data);
      }
    });

    it('fetches each of its account types, one or many, and finds them by their fields', async () => {
      for (const { name, discriminator } of idl.accounts) {
        const data = zeros(discriminator);
        const { client, network } = clientOf({ ...nothing, owner: deployment.programs[program], data });
        const readers = client.accounts[program] as unknown as Readonly<Record<string, Reader>>;
        const reader = readers[name]!;
        const fetched = await reader.fetch(address);
        expect(fetched['address'], name).to.deep.equal(address);
        expect(await reader.fetchMaybe(missing)).to.equal(null);
        expect(await reader.fetchMany([missing, address])).to.deep.equal([null, fetched]);

        const type = idl.types.find((candidate) => candidate.name === name)?.type;
        const [first] = type?.kind === 'struct' ? type.fields : [];
        const value = fetched[first!.name];
        expect(await reader.findAll({ [first!.name]: value })).to.deep.equal([fetched]);
        expect(network.filters.map(({ offset }) => offset)).to.deep.equal([0, 8]);
        expect([...network.filters[0]!.bytes]).to.deep.equal(discriminator);
      }
    });
  });
}
