import { BorshCoder, type Idl as AnchorIdl } from '@coral-xyz/anchor';
import { PublicKey } from '@solana/web3.js';
import BN from 'bn.js';
import { Buffer } from 'buffer';
import { ArgumentError } from './errors.js';
import type { Idl, IdlField, IdlType, IdlTypeDef } from './idl-types.js';

/** The integers that are numbers outside, with their widths. */
const SMALL_INTEGERS = {
  u8: [0, 0xff],
  i8: [-0x80, 0x7f],
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
} as const satisfies Record<string, readonly [number, number]>;

/** The integers that are bigints outside, with their widths. */
const BIG_INTEGERS = {
  u64: [0n, 2n ** 64n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u128: [0n, 2n ** 128n - 1n],
  i128: [-(2n ** 127n), 2n ** 127n - 1n],
} as const satisfies Record<string, readonly [bigint, bigint]>;

const isSmallInteger = (type: string): type is keyof typeof SMALL_INTEGERS => type in SMALL_INTEGERS;
const isBigInteger = (type: string): type is keyof typeof BIG_INTEGERS => type in BIG_INTEGERS;

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether values of a type have no bytes: what takes the rest of an instruction's data stands so in the IDL. */
function isEmptyStruct(idl: Idl, type: IdlType): boolean {
  if (typeof type === 'string' || !('defined' in type)) return false;
  const { type: defined } = definition(idl, type.defined.name);
  return defined.kind === 'struct' && defined.fields.length === 0;
}

/** Anchor's coder loses the arguments before one that has no bytes; it is told of the others only. */
function withoutEmptyArguments(idl: Idl): Idl {
  const instructions = idl.instructions.map((instruction) => ({
    ...instruction,
    args: instruction.args.filter(({ type }) => !isEmptyStruct(idl, type)),
  }));
  return { ...idl, instructions };
}

/** Coders are built once an IDL, when first needed. */
const coders = new WeakMap<Idl, BorshCoder>();

function coderOf(idl: Idl): BorshCoder {
  let coder = coders.get(idl);
  if (coder === undefined) {
    // Anchor's type is the same but for `readonly`; it does not write to what it is given.
    coder = new BorshCoder(withoutEmptyArguments(idl) as unknown as AnchorIdl);
    coders.set(idl, coder);
  }
  return coder;
}

function definition(idl: Idl, name: string): IdlTypeDef {
  const found = idl.types.find((type) => type.name === name);
  if (found === undefined) throw new ArgumentError(idl.metadata.name, `has no type named ${name}`);
  return found;
}

function bytesOf(value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new ArgumentError(path, 'must be a Uint8Array');
}

function outwardFields(idl: Idl, fields: readonly IdlField[], value: unknown, path: string): Fields {
  if (!isFields(value)) throw new ArgumentError(path, 'must be an object');
  return Object.fromEntries(
    fields.map(({ name, type }) => [name, toAnchor(idl, type, value[name], `${path}.${name}`)]),
  );
}

function definedToAnchor(idl: Idl, name: string, value: unknown, path: string): unknown {
  const { type } = definition(idl, name);
  if (type.kind === 'struct') return outwardFields(idl, type.fields, value, path);
  const kind = isFields(value) ? value['kind'] : value;
  const variant = type.variants.find((candidate) => candidate.name === kind);
  if (variant === undefined) {
    const known = type.variants.map((candidate) => `'${candidate.name}'`).join(', ');
    throw new ArgumentError(path, `must be one of ${known}`);
  }
  return {
    [variant.name]: variant.fields === undefined ? {} : outwardFields(idl, variant.fields, value, path),
  };
}

/** From the SDK's values to those that Anchor's coder takes, checked against the type. */
function toAnchor(idl: Idl, type: IdlType, value: unknown, path: string): unknown {
  if (typeof type === 'string') {
    if (isSmallInteger(type)) {
      const [least, most] = SMALL_INTEGERS[type];
      if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
        throw new ArgumentError(path, `must be a whole number from ${least} to ${most}`);
      }
      return value;
    }
    if (isBigInteger(type)) {
      const [least, most] = BIG_INTEGERS[type];
      if (typeof value !== 'bigint' || value < least || value > most) {
        throw new ArgumentError(path, `must be a bigint from ${least.toString()} to ${most.toString()}`);
      }
      return new BN(value.toString());
    }
    switch (type) {
      case 'bool':
        if (typeof value !== 'boolean') throw new ArgumentError(path, 'must be true or false');
        return value;
      case 'string':
        if (typeof value !== 'string') throw new ArgumentError(path, 'must be a text');
        return value;
      case 'pubkey':
        if (!(value instanceof PublicKey)) throw new ArgumentError(path, 'must be a PublicKey');
        return value;
      case 'bytes':
        return Buffer.from(bytesOf(value, path));
    }
  }
  if ('option' in type) return value === null ? null : toAnchor(idl, type.option, value, path);
  if ('defined' in type) return definedToAnchor(idl, type.defined.name, value, path);
  if ('array' in type) {
    const [element, length] = type.array;
    const items: readonly unknown[] = element === 'u8' ? [...bytesOf(value, path)] : listOf(value, path);
    if (items.length !== length) {
      throw new ArgumentError(path, `must have ${length} elements, not ${items.length}`);
    }
    return items.map((item, index) => toAnchor(idl, element, item, `${path}[${index}]`));
  }
  return listOf(value, path).map((item, index) => toAnchor(idl, type.vec, item, `${path}[${index}]`));
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ArgumentError(path, 'must be a list');
  return value as readonly unknown[];
}

function inwardFields(idl: Idl, fields: readonly IdlField[], value: unknown): Record<string, unknown> {
  const source = value as Fields;
  return Object.fromEntries(fields.map(({ name, type }) => [name, fromAnchor(idl, type, source[name])]));
}

function definedFromAnchor(idl: Idl, name: string, value: unknown): unknown {
  const { type } = definition(idl, name);
  if (type.kind === 'struct') return inwardFields(idl, type.fields, value);
  const [kind, content] = Object.entries(value as Fields)[0] ?? [];
  const variant = type.variants.find((candidate) => candidate.name === kind);
  if (type.variants.every((candidate) => candidate.fields === undefined)) return kind;
  return { kind, ...(variant?.fields === undefined ? {} : inwardFields(idl, variant.fields, content)) };
}

/** From what Anchor's coder gives, whose shape the type says, to the SDK's values. */
function fromAnchor(idl: Idl, type: IdlType, value: unknown): unknown {
  if (typeof type === 'string') {
    if (isBigInteger(type)) return BigInt((value as BN).toString());
    return type === 'bytes' ? Uint8Array.from(value as Uint8Array) : value;
  }
  if ('option' in type) return value === null ? null : fromAnchor(idl, type.option, value);
  if ('defined' in type) return definedFromAnchor(idl, type.defined.name, value);
  if ('array' in type) {
    const items = value as readonly unknown[];
    return type.array[0] === 'u8'
      ? Uint8Array.from(items as readonly number[])
      : items.map((item) => fromAnchor(idl, type.array[0], item));
  }
  return (value as readonly unknown[]).map((item) => fromAnchor(idl, type.vec, item));
}

function named<T extends { readonly name: string }>(items: readonly T[], name: string, idl: Idl): T {
  const item = items.find((candidate) => candidate.name === name);
  if (item === undefined) throw new ArgumentError(idl.metadata.name, `has nothing named ${name}`);
  return item;
}

const startsWith = (data: Uint8Array, prefix: readonly number[]): boolean =>
  data.length >= prefix.length && prefix.every((byte, index) => data[index] === byte);

/**
 * The data of an instruction: its discriminator and arguments. Throws an {@link ArgumentError} that names
 * the argument where one does not fit its type.
 */
export function encodeInstruction(idl: Idl, name: string, args: unknown): Buffer {
  const instruction = named(idl.instructions, name, idl);
  return coderOf(idl).instruction.encode(name, outwardFields(idl, instruction.args, args, name));
}

/** The bytes of an account with its discriminator, as the program would write them. */
export function encodeAccount(idl: Idl, name: string, data: unknown): Buffer {
  const { discriminator } = named(idl.accounts, name, idl);
  const value = definedToAnchor(idl, name, data, name);
  return Buffer.concat([Buffer.from(discriminator), coderOf(idl).types.encode(name, value)]);
}

/** The contents of an account, or `null` where the discriminator is another one. */
export function decodeAccount(idl: Idl, name: string, data: Uint8Array): Record<string, unknown> | null {
  if (!startsWith(data, named(idl.accounts, name, idl).discriminator)) return null;
  const value: unknown = coderOf(idl).accounts.decodeUnchecked(name, Buffer.from(data));
  return definedFromAnchor(idl, name, value) as Record<string, unknown>;
}

/** An event's name and contents, or `null` where the discriminator is of no event of this program. */
export function decodeEvent(idl: Idl, data: Uint8Array): { name: string; data: unknown } | null {
  const event = idl.events.find((candidate) => startsWith(data, candidate.discriminator));
  if (event === undefined) return null;
  const content = Buffer.from(data.subarray(event.discriminator.length));
  const value: unknown = coderOf(idl).types.decode(event.name, content);
  return { name: event.name, data: definedFromAnchor(idl, event.name, value) };
}

/** The bytes of a value of a fixed or variable width type, without any prefix. */
export function encodeValue(idl: Idl, type: IdlType, value: unknown, path: string): Uint8Array {
  if (typeof type === 'string') {
    const checked = toAnchor(idl, type, value, path);
    if (checked instanceof BN) {
      const width = type === 'u64' || type === 'i64' ? 8 : 16;
      return checked.toTwos(width * 8).toArrayLike(Buffer, 'le', width);
    }
    if (checked instanceof PublicKey) return checked.toBytes();
    if (checked instanceof Uint8Array) return checked;
    if (typeof checked === 'boolean') return Uint8Array.of(checked ? 1 : 0);
    if (typeof checked === 'number') {
      const width = sizeOf(idl, type);
      return new BN(checked).toTwos(width * 8).toArrayLike(Buffer, 'le', width);
    }
    throw new ArgumentError(path, `values of type ${type} have no fixed width`);
  }
  if ('defined' in type) {
    const checked = definedToAnchor(idl, type.defined.name, value, path);
    return coderOf(idl).types.encode(type.defined.name, checked);
  }
  if ('array' in type && type.array[0] === 'u8') {
    return Uint8Array.from(toAnchor(idl, type, value, path) as readonly number[]);
  }
  throw new ArgumentError(path, 'values of this type cannot be searched for');
}

/** The width of a type in bytes; throws where values differ in width. */
export function sizeOf(idl: Idl, type: IdlType): number {
  if (typeof type === 'string') {
    switch (type) {
      case 'bool':
      case 'u8':
      case 'i8':
        return 1;
      case 'u16':
      case 'i16':
        return 2;
      case 'u32':
      case 'i32':
        return 4;
      case 'u64':
      case 'i64':
        return 8;
      case 'u128':
      case 'i128':
        return 16;
      case 'pubkey':
        return 32;
      case 'bytes':
      case 'string':
        throw new ArgumentError(type, 'has no fixed width');
    }
  }
  if ('array' in type) return sizeOf(idl, type.array[0]) * type.array[1];
  if ('defined' in type) {
    const { type: defined } = definition(idl, type.defined.name);
    if (defined.kind === 'struct') {
      return defined.fields.reduce((sum, field) => sum + sizeOf(idl, field.type), 0);
    }
    if (defined.variants.every((variant) => variant.fields === undefined)) return 1;
  }
  throw new ArgumentError(JSON.stringify(type), 'has no fixed width');
}

/**
 * Where a field of an account begins, the discriminator counted, and its type. Throws where a field before
 * it has no fixed width.
 */
export function fieldOf(idl: Idl, account: string, field: string): { offset: number; type: IdlType } {
  const { type } = definition(idl, account);
  let offset = named(idl.accounts, account, idl).discriminator.length;
  if (type.kind === 'struct') {
    for (const candidate of type.fields) {
      if (candidate.name === field) return { offset, type: candidate.type };
      offset += sizeOf(idl, candidate.type);
    }
  }
  throw new ArgumentError(`${account}.${field}`, 'is no field of this account');
}

/** The value of a `#[constant]` of a program. */
export function parseConstant(type: IdlType, value: string): unknown {
  if (typeof type !== 'string') {
    if ('array' in type && type.array[0] === 'u8') return Uint8Array.from(JSON.parse(value) as number[]);
    throw new ArgumentError(value, `constants of type ${JSON.stringify(type)} are not supported`);
  }
  if (isBigInteger(type)) return BigInt(value.replaceAll('_', ''));
  if (isSmallInteger(type)) return Number(value.replaceAll('_', ''));
  switch (type) {
    case 'bytes':
      return Uint8Array.from(JSON.parse(value) as number[]);
    case 'pubkey':
      return new PublicKey(value);
    case 'bool':
      return value === 'true';
    case 'string':
      return JSON.parse(value) as string;
  }
}
