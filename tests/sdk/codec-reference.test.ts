import { BN, BorshCoder, type Idl as AnchorIdl } from '@coral-xyz/anchor';
import { convertIdlToCamelCase } from '@coral-xyz/anchor/dist/cjs/idl.js';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { decodeAccount, decodeEvent, encodeAccount, encodeInstruction } from '../../sdk/src/codec.js';
import type { Idl, IdlField, IdlType } from '../../sdk/src/idl-types.js';
import { idls, programNames } from '@ionet/sdk';

/** A value as the SDK has it, and the same as Anchor's client has it. */
interface Twin {
  readonly ours: unknown;
  readonly anchors: unknown;
}

const RUNS = 10;

const same = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<Twin> =>
  values.map((value) => ({ ours: value, anchors: value }));

function integer(bits: number, signed: boolean): fc.Arbitrary<Twin> {
  const most = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const values = fc.bigInt({ min: signed ? -most - 1n : 0n, max: most });
  return bits <= 32
    ? same(values.map(Number))
    : values.map((value) => ({ ours: value, anchors: new BN(value.toString()) }));
}

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

function list(items: readonly Twin[]): Twin {
  return { ours: items.map(({ ours }) => ours), anchors: items.map(({ anchors }) => anchors) };
}

function record(fields: Readonly<Record<string, Twin>>): { ours: object; anchors: object } {
  const side = (name: keyof Twin): object =>
    Object.fromEntries(Object.entries(fields).map(([field, twin]) => [field, twin[name]]));
  return { ours: side('ours'), anchors: side('anchors') };
}

function fieldsOf(idl: Idl, fields: readonly IdlField[]): fc.Arbitrary<{ ours: object; anchors: object }> {
  return fc
    .record(Object.fromEntries(fields.map(({ name, type }) => [name, twinsOf(idl, type)])))
    .map(record);
}

function definedTwins(idl: Idl, name: string): fc.Arbitrary<Twin> {
  const type = idl.types.find((candidate) => candidate.name === name)?.type;
  if (type === undefined) throw new Error(`there is no type ${name}`);
  if (type.kind === 'struct') return fieldsOf(idl, type.fields);
  const isPlain = type.variants.every(({ fields }) => fields === undefined);
  return fc.oneof(
    ...type.variants.map((variant) =>
      fieldsOf(idl, variant.fields ?? []).map(({ ours, anchors }) => ({
        ours: isPlain ? variant.name : { kind: variant.name, ...ours },
        anchors: { [variant.name]: anchors },
      })),
    ),
  );
}

/** All values of a type of an IDL. */
function twinsOf(idl: Idl, type: IdlType): fc.Arbitrary<Twin> {
  if (typeof type === 'string') {
    const [, sign, bits] = /^([iu])(\d+)$/.exec(type) ?? [];
    if (bits !== undefined) return integer(Number(bits), sign === 'i');
    if (type === 'bool') return same(fc.boolean());
    if (type === 'string') return same(fc.string({ maxLength: 20 }));
    if (type === 'pubkey') return same(bytes(32).map((key) => new PublicKey(key)));
    return fc.uint8Array({ maxLength: 40 }).map((ours) => ({ ours, anchors: Buffer.from(ours) }));
  }
  if ('option' in type) {
    return fc.option(twinsOf(idl, type.option)).map((twin) => twin ?? { ours: null, anchors: null });
  }
  if ('defined' in type) return definedTwins(idl, type.defined.name);
  if ('vec' in type) return fc.array(twinsOf(idl, type.vec), { maxLength: 5 }).map(list);
  const [element, length] = type.array;
  if (element === 'u8') return bytes(length).map((ours) => ({ ours, anchors: [...ours] }));
  return fc.array(twinsOf(idl, element), { minLength: length, maxLength: length }).map(list);
}

/** Anchor's client loses the arguments before one that has no bytes: a proof, which is the rest of the data. */
function hasEmptyArgument(idl: Idl, args: readonly IdlField[]): boolean {
  return args.some(({ type }) => {
    if (typeof type === 'string' || !('defined' in type)) return false;
    const defined = idl.types.find(({ name }) => name === type.defined.name)?.type;
    return defined?.kind === 'struct' && defined.fields.length === 0;
  });
}

describe("codec beside Anchor's", () => {
  for (const program of programNames) {
    const idl: Idl = idls[program];
    const json = JSON.parse(readFileSync(`idls/${program}.json`, 'utf8')) as AnchorIdl;
    const anchor = new BorshCoder(convertIdlToCamelCase(json));

    it(`writes every instruction of ${program} as Anchor's client does`, () => {
      for (const { name, args } of idl.instructions) {
        if (hasEmptyArgument(idl, args)) continue;
        fc.assert(
          fc.property(fieldsOf(idl, args), ({ ours, anchors }) => {
            expect(encodeInstruction(idl, name, ours).equals(anchor.instruction.encode(name, anchors)), name)
              .to.be.true;
          }),
          { numRuns: RUNS },
        );
      }
    });

    it(`writes and reads every account of ${program} as Anchor's client does`, () => {
      for (const { name } of idl.accounts) {
        fc.assert(
          fc.property(definedTwins(idl, name), ({ ours, anchors }) => {
            const written = encodeAccount(idl, name, ours);
            expect(JSON.stringify(anchor.accounts.decode(name, written))).to.equal(JSON.stringify(anchors));
            expect(decodeAccount(idl, name, written)).to.deep.equal(ours);
          }),
          { numRuns: RUNS },
        );
      }
    });

    it(`reads every event of ${program} as Anchor's client writes it`, () => {
      for (const { name, discriminator } of idl.events) {
        fc.assert(
          fc.property(definedTwins(idl, name), ({ ours, anchors }) => {
            const written = Buffer.concat([Buffer.from(discriminator), anchor.types.encode(name, anchors)]);
            expect(decodeEvent(idl, written)).to.deep.equal({ name, data: ours });
          }),
          { numRuns: RUNS },
        );
      }
    });
  }
});
