import { SystemProgram, TransactionInstruction, type Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { isProgramError, type ErrorName } from '@ionet/sdk';
import { testKeypair, type Market } from '@ionet/sdk/testing';
import {
  canonicalData,
  ed25519Instruction,
  fieldAt,
  messageAt,
  pairAt,
  pairOf,
  withFields,
  type RecordField,
} from './ed25519.js';
import { installProxy, throughProxy } from './proxy-program.js';
import { expectRefused, stateOf } from './refusals.js';
import { installStub } from './stub-program.js';

/** The programs that act on what a quorum has signed. */
type QuorumProgram = 'emission' | 'oracle' | 'staking';

/** An instruction that two of the market's three oracles have to sign for. */
export interface QuorumCase {
  readonly market: Market;
  /** What they sign. */
  readonly message: Uint8Array;
  /** Our instruction alone: it names these members as the signers, whoever signed. */
  readonly claim: (signers: readonly number[]) => TransactionInstruction;
}

/**
 * The tests of every instruction that a quorum signs for: no encoding of the signatures but one, at no other place,
 * and nobody else's. `get` gives an instruction that would succeed with the signatures of members 0 and 1.
 */
export function refusesForgedSignatures(program: QuorumProgram, get: () => Promise<QuorumCase>): void {
  const instructionFields = ['signatureInstruction', 'keyInstruction', 'messageInstruction'] as const;

  const setup = async () => {
    const { market, message, claim } = await get();
    const members = (...indices: number[]) => indices.map((index) => market.oracles[index]!);
    const signed = (keys: readonly Keypair[], over = message) =>
      ed25519Instruction(
        canonicalData(
          keys.map((key) => pairOf(key, over)),
          over,
        ),
      );
    const data = canonicalData(
      members(0, 1).map((key) => pairOf(key, message)),
      message,
    );
    const send = (...instructions: TransactionInstruction[]) =>
      market.anyone.send({ instructions, signers: [], accounts: {} });
    const refused = (
      name: ErrorName<'emission'> & ErrorName<'oracle'> & ErrorName<'staking'>,
      ...instructions: TransactionInstruction[]
    ) => expectRefused(market, () => send(...instructions), program, name);
    return { market, message, claim, members, signed, data, send, refused, ours: claim([0, 1]) };
  };

  it('are accepted in the one encoding', async () => {
    const { data, ours, send } = await setup();
    await send(ed25519Instruction(data), ours);
  });

  it('refuses none, though the runtime has nothing against it', async () => {
    const { claim, ours, refused } = await setup();
    const none = ed25519Instruction(Uint8Array.of(0, 0));
    await refused('NonCanonicalSignatures', none, ours);
    await refused('TooFewSigners', none, claim([]));
  });

  it('refuses fewer signatures than are named', async () => {
    const { data, ours, members, refused, signed } = await setup();
    // The second signature is there, but the runtime is not told to check it.
    const unchecked = Uint8Array.from(data);
    unchecked[0] = 1;
    await refused('NonCanonicalSignatures', ed25519Instruction(unchecked), ours);
    await refused('NonCanonicalSignatures', signed(members(0)), ours);
  });

  it('refuses more signatures than are named', async () => {
    const { members, ours, refused, signed } = await setup();
    await refused('NonCanonicalSignatures', signed(members(0, 1, 2)), ours);
    await refused('NonCanonicalSignatures', signed([...members(0, 1), testKeypair('other')]), ours);
  });

  it('refuses another value in the padding', async () => {
    const { data, ours, refused } = await setup();
    data[1] = 1;
    await refused('NonCanonicalSignatures', ed25519Instruction(data), ours);
  });

  for (const record of [0, 1]) {
    for (const field of instructionFields) {
      it(`refuses a ${field} of signature ${record} other than 0xFFFF`, async () => {
        const { data, market, message, ours, refused } = await setup();
        // This very instruction by its number, and one of a program of the attacker's: the runtime accepts both.
        const itself = ed25519Instruction(withFields(data, [[record, field, 0]]));
        await refused('NonCanonicalSignatures', itself, ours);
        const key = pairAt(2, record);
        const [offset, bytes] = {
          signatureInstruction: ['signatureOffset', data.subarray(key + 32, key + 96)] as const,
          keyInstruction: ['keyOffset', data.subarray(key, key + 32)] as const,
          messageInstruction: ['messageOffset', Buffer.from(message)] as const,
        }[field];
        const stub = testKeypair('stub').publicKey;
        installStub(market.network, stub);
        const elsewhere = new TransactionInstruction({ programId: stub, keys: [], data: bytes });
        const pointed = ed25519Instruction(
          withFields(data, [
            [record, field, 2],
            [record, offset, 0],
          ]),
        );
        await refused('NonCanonicalSignatures', pointed, ours, elsewhere);
      });
    }

    it(`refuses genuine bytes of signature ${record} at another place`, async () => {
      const { data, message, ours, refused } = await setup();
      const end = data.length;
      const key = pairAt(2, record);
      const copies: readonly [RecordField, Buffer][] = [
        ['signatureOffset', data.subarray(key + 32, key + 96)],
        ['keyOffset', data.subarray(key, key + 32)],
        ['messageOffset', Buffer.from(message)],
      ];
      for (const [field, copy] of copies) {
        const moved = withFields(Buffer.concat([data, copy]), [[record, field, end]]);
        await refused('NonCanonicalSignatures', ed25519Instruction(moved), ours);
      }
    });

    it(`refuses a part of the message under signature ${record}, and more than it`, async () => {
      const { data, market, message, ours, refused } = await setup();
      const key = market.oracles[record]!;
      const longer = Uint8Array.from([...message, 0]);
      for (const [part, from] of [
        [message.slice(0, -1), 0],
        [message.slice(1), 1],
        [longer, 0],
      ] as const) {
        const changed = withFields(Buffer.concat([data, Buffer.of(0)].slice(0, part === longer ? 2 : 1)), [
          [record, 'messageOffset', messageAt(2) + from],
          [record, 'messageLength', part.length],
        ]);
        changed.set(pairOf(key, part).signature, pairAt(2, record) + 32);
        await refused('NonCanonicalSignatures', ed25519Instruction(changed), ours);
      }
    });
  }

  it('refuses records that point at each other’s pairs', async () => {
    const { data, ours, refused } = await setup();
    const swapped = withFields(data, [
      [0, 'keyOffset', pairAt(2, 1)],
      [0, 'signatureOffset', pairAt(2, 1) + 32],
      [1, 'keyOffset', pairAt(2, 0)],
      [1, 'signatureOffset', pairAt(2, 0) + 32],
    ]);
    await refused('NonCanonicalSignatures', ed25519Instruction(swapped), ours);
  });

  it('refuses two records of one pair', async () => {
    const { data, ours, refused } = await setup();
    const doubled = withFields(data, [
      [1, 'keyOffset', pairAt(2, 0)],
      [1, 'signatureOffset', pairAt(2, 0) + 32],
    ]);
    // Nothing but the members' keys stands where keys are expected.
    doubled.fill(0, pairAt(2, 1) + 32, messageAt(2));
    await refused('NonCanonicalSignatures', ed25519Instruction(doubled), ours);
  });

  it('lets no offset be shifted by anything', async () => {
    const { data, market, ours, send } = await setup();
    const fields = ['signatureOffset', 'keyOffset', 'messageOffset', 'messageLength'] as const;
    for (const record of [0, 1]) {
      for (const field of fields) {
        for (const shift of [-96, -1, 1, 96]) {
          const value = (data.readUInt16LE(fieldAt(record, field)) + shift + 0x10000) % 0x10000;
          const shifted = ed25519Instruction(withFields(data, [[record, field, value]]));
          const where = `record ${record}, ${field}, shift ${shift}`;
          const before = await stateOf(market);
          let error: unknown;
          await send(shifted, ours).catch((thrown: unknown) => (error = thrown));
          expect(isProgramError(error, 'ed25519') || isProgramError(error, program), where).to.be.true;
          expect(await stateOf(market), where).to.deep.equal(before);
        }
      }
    }
  });

  it('refuses an attacker’s own signature behind the members’ keys', async () => {
    const { data, message, ours, refused } = await setup();
    const forger = pairOf(testKeypair('forger'), message);
    const forged = Buffer.concat([data, forger.key, forger.signature]);
    for (const record of [0, 1]) forged.fill(7, pairAt(2, record) + 32, pairAt(2, record) + 96);
    const pointed = withFields(
      forged,
      [0, 1].flatMap((record) => [
        [record, 'keyOffset', data.length] as const,
        [record, 'signatureOffset', data.length + 32] as const,
      ]),
    );
    await refused('NonCanonicalSignatures', ed25519Instruction(pointed), ours);
  });

  it('refuses an attacker’s own signature in another instruction', async () => {
    const { data, message, ours, refused } = await setup();
    const forger = pairOf(testKeypair('forger'), message);
    const genuine = ed25519Instruction(canonicalData([forger], message));
    const forged = Buffer.from(data);
    for (const record of [0, 1]) forged.fill(7, pairAt(2, record) + 32, pairAt(2, record) + 96);
    const pointed = withFields(
      forged,
      [0, 1].flatMap((record) => [
        [record, 'signatureOffset', pairAt(1, 0) + 32] as const,
        [record, 'signatureInstruction', 2] as const,
        [record, 'keyOffset', pairAt(1, 0)] as const,
        [record, 'keyInstruction', 2] as const,
        [record, 'messageOffset', messageAt(1)] as const,
        [record, 'messageInstruction', 2] as const,
      ]),
    );
    await refused('NonCanonicalSignatures', ed25519Instruction(pointed), ours, genuine);
  });

  it('refuses bytes after the message', async () => {
    const { data, ours, refused } = await setup();
    for (const trailing of [1, 14, 96]) {
      const longer = Buffer.concat([data, Buffer.alloc(trailing)]);
      await refused('NonCanonicalSignatures', ed25519Instruction(longer), ours);
    }
  });

  it('refuses members who signed messages of their own', async () => {
    const { members, message, ours, refused } = await setup();
    const [first, second] = members(0, 1) as [Keypair, Keypair];
    const other = Uint8Array.from(message).reverse();
    const base = canonicalData([pairOf(first, message), pairOf(second, other)], message);
    const both = withFields(Buffer.concat([base, other]), [[1, 'messageOffset', base.length]]);
    await refused('NonCanonicalSignatures', ed25519Instruction(both), ours);
  });

  it('refuses a message that differs in any one byte', async () => {
    const { members, message, ours, refused, signed } = await setup();
    for (const at of [0, 15, 16, 40, message.length - 1]) {
      const other = Uint8Array.from(message);
      other[at]! ^= 1;
      await refused('WrongMessage', signed(members(0, 1), other), ours);
    }
  });

  it('refuses a message that is shorter or longer', async () => {
    const { members, message, ours, refused, signed } = await setup();
    for (const other of [message.slice(0, -1), Uint8Array.from([...message, 0]), new Uint8Array()]) {
      await refused('NonCanonicalSignatures', signed(members(0, 1), other), ours);
    }
  });

  it('refuses signatures that another program has taken', async () => {
    const { data, market, ours, refused } = await setup();
    const stub = testKeypair('stub').publicKey;
    installStub(market.network, stub);
    const fake = new TransactionInstruction({ programId: stub, keys: [], data });
    await refused('SignaturesMissing', fake, ours);
    // Not even with the genuine ones in front of it.
    const idle = new TransactionInstruction({ programId: stub, keys: [] });
    await refused('SignaturesMissing', ed25519Instruction(data), idle, ours);
  });

  it('refuses no instruction before ours', async () => {
    const { ours, refused } = await setup();
    await refused('SignaturesMissing', ours);
  });

  it('refuses signatures after our instruction', async () => {
    const { data, ours, refused } = await setup();
    await refused('SignaturesMissing', ours, ed25519Instruction(data));
  });

  it('refuses signatures that are not directly before', async () => {
    const { data, market, ours, refused } = await setup();
    const between = SystemProgram.transfer({
      fromPubkey: market.anyone.payer,
      toPubkey: market.buyer.payer,
      lamports: 1,
    });
    await refused('SignaturesMissing', ed25519Instruction(data), between, ours);
  });

  it('serve one instruction only', async () => {
    const { data, ours, refused } = await setup();
    await refused('SignaturesMissing', ed25519Instruction(data), ours, ours);
  });

  it('refuses a member who is counted twice', async () => {
    const { claim, members, ours, refused, signed } = await setup();
    const twice = signed(members(0, 0));
    await refused('SignersNotIncreasing', twice, claim([0, 0]));
    await refused('WrongSignerKey', twice, ours);
  });

  it('refuses members out of order', async () => {
    const { claim, members, ours, refused, signed } = await setup();
    await refused('SignersNotIncreasing', signed(members(1, 0)), claim([1, 0]));
    await refused('WrongSignerKey', signed(members(1, 0)), ours);
  });

  it('refuses a key that is no member’s', async () => {
    const { claim, members, ours, refused, signed } = await setup();
    const keys = [...members(0), testKeypair('stranger')];
    await refused('WrongSignerKey', signed(keys), ours);
    for (const index of [3, 255]) await refused('UnknownSigner', signed(keys), claim([0, index]));
  });

  it('refuses other members than those named', async () => {
    const { members, ours, refused, signed } = await setup();
    await refused('WrongSignerKey', signed(members(0, 2)), ours);
  });

  it('refuses one member less than the threshold', async () => {
    const { claim, members, refused, signed } = await setup();
    for (const index of [0, 1, 2]) await refused('TooFewSigners', signed(members(index)), claim([index]));
  });

  it('refuses more signers than there are members', async () => {
    const { claim, members, refused, signed } = await setup();
    const keys = [...members(0, 1, 2), testKeypair('stranger')];
    await refused('TooManySigners', signed(keys), claim([0, 1, 2, 3]));
  });

  it('are checked by the runtime: a changed one stops the transaction', async () => {
    const { data, market, ours, send } = await setup();
    for (const record of [0, 1]) {
      for (const at of [pairAt(2, record) + 32, pairAt(2, record) + 95]) {
        const tampered = Buffer.from(data);
        tampered[at]! ^= 1;
        const act = () => send(ed25519Instruction(tampered), ours);
        await expectRefused(market, act, 'ed25519', 'InvalidSignature');
      }
    }
  });

  it('are checked by the runtime: those of another message do not fit', async () => {
    const { market, members, message, ours, send } = await setup();
    const other = Uint8Array.from(message).reverse();
    const pairs = members(0, 1).map((key) => pairOf(key, other));
    const act = () => send(ed25519Instruction(canonicalData(pairs, message)), ours);
    await expectRefused(market, act, 'ed25519', 'InvalidSignature');
  });

  it('refuses to be called by another program', async () => {
    const { data, market, ours, refused, send } = await setup();
    await installProxy(market.network);
    await refused('NotTopLevel', ed25519Instruction(data), throughProxy(ours));
    await send(ed25519Instruction(data), ours);
  });
}
