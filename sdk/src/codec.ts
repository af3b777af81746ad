import { PublicKey } from '@solana/web3.js';
import { Buffer } from 'buffer';
import { ArgumentError, IonetError } from './errors.js';
import type { Idl, IdlField, IdlInstructions, IdlType, IdlTypeDef, IdlTypes } from './idl-types.js';

/** The widths of the integers in bytes. Up to 4 they are numbers outside, above bigints. */
const INTEGERS = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  i64: 8,
  u128: 16,
  i128: 16,
} as const;

const MOST_IN_A_NUMBER = 4;

const isInteger = (type: string): type is keyof typeof INTEGERS => type in INTEGERS;
const isSigned = (type: keyof typeof INTEGERS): boolean => type.startsWith('i');

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function definition(idl: IdlTypes, name: string): IdlTypeDef {
  const found = idl.types.find((type) => type.name === name);
  if (found === undefined) throw new ArgumentError(idl.metadata.name, `has no type named ${name}`);
  return found;
}

function bytesOf(value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new ArgumentError(path, 'must be a Uint8Array');
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ArgumentError(path, 'must be a list');
  return value as readonly unknown[];
}

function littleEndian(value: bigint, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(width * 8, value);
  for (let index = 0; index < width; index += 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** How many elements or bytes follow. */
const lengthPrefix = (length: number): Uint8Array => littleEndian(BigInt(length), 4);

/** The bytes of an integer; throws an {@link ArgumentError} where the type cannot hold it. */
export function integerBytes(type: keyof typeof INTEGERS, value: unknown, path: string): Uint8Array {
  const width = INTEGERS[type];
  const bits = BigInt(width * 8);
  const [least, most] = isSigned(type)
    ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n]
    : [0n, (1n << bits) - 1n];
  const isNumber = width <= MOST_IN_A_NUMBER;
  const whole = isNumber
    ? typeof value === 'number' && Number.isInteger(value)
      ? BigInt(value)
      : undefined
    : value;
  if (typeof whole !== 'bigint' || whole < least || whole > most) {
    const kind = isNumber ? 'whole number' : 'bigint';
    throw new ArgumentError(path, `must be a ${kind} from ${least.toString()} to ${most.toString()}`);
  }
  return littleEndian(whole, width);
}

type Bytes = readonly Uint8Array[];

function fieldsToBytes(idl: IdlTypes, fields: readonly IdlField[], value: unknown, path: string): Bytes {
  if (!isFields(value)) throw new ArgumentError(path, 'must be an object');
  return fields.flatMap(({ name, type }) => toBytes(idl, type, value[name], `${path}.${name}`));
}

function definedToBytes(idl: IdlTypes, name: string, value: unknown, path: string): Bytes {
  const { type } = definition(idl, name);
  if (type.kind === 'struct') return fieldsToBytes(idl, type.fields, value, path);
  const kind = isFields(value) ? value['kind'] : value;
  const index = type.variants.findIndex((candidate) => candidate.name === kind);
  const variant = type.variants[index];
  if (variant === undefined) {
    const known = type.variants.map((candidate) => `'${candidate.name}'`).join(', ');
    throw new ArgumentError(path, `must be one of ${known}`);
  }
  return [
    Uint8Array.of(index),
    ...fieldsToBytes(idl, variant.fields ?? [], isFields(value) ? value : {}, path),
  ];
}

function elementsToBytes(idl: IdlTypes, type: IdlType, items: readonly unknown[], path: string): Bytes {
  return items.flatMap((item, index) => toBytes(idl, type, item, `${path}[${index}]`));
}

/** A value as the programs write it, in Borsh; checked against the type. */
function toBytes(idl: IdlTypes, type: IdlType, value: unknown, path: string): Bytes {
  if (typeof type === 'string') {
    if (isInteger(type)) return [integerBytes(type, value, path)];
    switch (type) {
      case 'bool':
        if (typeof value !== 'boolean') throw new ArgumentError(path, 'must be true or false');
        return [Uint8Array.of(value ? 1 : 0)];
      case 'string': {
        if (typeof value !== 'string') throw new ArgumentError(path, 'must be a text');
        const text = new TextEncoder().encode(value);
        return [lengthPrefix(text.length), text];
      }
      case 'pubkey':
        if (!(value instanceof PublicKey)) throw new ArgumentError(path, 'must be a PublicKey');
        return [value.toBytes()];
      case 'bytes': {
        const bytes = bytesOf(value, path);
        return [lengthPrefix(bytes.length), bytes];
      }
    }
  }
  if ('option' in type) {
    if (value === null) return [Uint8Array.of(0)];
    return [Uint8Array.of(1), ...toBytes(idl, type.option, value, path)];
  }
  if ('defined' in type) return definedToBytes(idl, type.defined.name, value, path);
  if ('array' in type) {
    const [element, length] = type.array;
    const items = element === 'u8' ? bytesOf(value, path) : listOf(value, path);
    if (items.length !== length) {
      throw new ArgumentError(path, `must have ${length} elements, not ${items.length}`);
    }
    return items instanceof Uint8Array ? [items] : elementsToBytes(idl, element, items, path);
  }
  const items = listOf(value, path);
  return [lengthPrefix(items.length), ...elementsToBytes(idl, type.vec, items, path)];
}

/** Reads a value after the other. What the programs wrote cannot end too early: other bytes can. */
class Reader {
  readonly #data: Uint8Array;
  #offset = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** As many bytes, which stay what they are when the data change. */
  bytes(length: number): Uint8Array {
    return new Uint8Array(this.#data.subarray(...this.#next(length)));
  }

  integer(type: keyof typeof INTEGERS): number | bigint {
    const width = INTEGERS[type];
    const [start, end] = this.#next(width);
    let value = 0n;
    if (width <= MOST_IN_A_NUMBER) {
      let small = 0;
      for (let at = end - 1; at >= start; at -= 1) small = small * 0x100 + (this.#data[at] ?? 0);
      return isSigned(type) ? Number(BigInt.asIntN(width * 8, BigInt(small))) : small;
    }
    const view = new DataView(this.#data.buffer, this.#data.byteOffset);
    for (let at = end - 8; at >= start; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
    return isSigned(type) ? BigInt.asIntN(width * 8, value) : value;
  }

  /** A number that says how many follow, or which. */
  count(type: 'u8' | 'u32'): number {
    return Number(this.integer(type));
  }

  flag(): boolean {
    const flag = this.count('u8');
    if (flag > 1) throw malformed(`hold ${flag} where there is only yes or no`);
    return flag === 1;
  }

  #next(length: number): [start: number, end: number] {
    const start = this.#offset;
    this.#offset += length;
    if (this.#offset > this.#data.length) throw malformed(`end after ${this.#data.length} bytes`);
    return [start, this.#offset];
  }
}

function malformed(problem: string): IonetError {
  return new IonetError(`the bytes ${problem}: use the version of the SDK built with the deployed programs`);
}

function readFields(idl: IdlTypes, fields: readonly IdlField[], reader: Reader): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, type }) => [name, read(idl, type, reader)]));
}

function readDefined(idl: IdlTypes, name: string, reader: Reader): unknown {
  const { type } = definition(idl, name);
  if (type.kind === 'struct') return readFields(idl, type.fields, reader);
  const index = reader.count('u8');
  const variant = type.variants[index];
  if (variant === undefined) throw malformed(`name the variant ${index} of ${name}, which has none such`);
  if (type.variants.every(({ fields }) => fields === undefined)) return variant.name;
  return { kind: variant.name, ...readFields(idl, variant.fields ?? [], reader) };
}

function read(idl: IdlTypes, type: IdlType, reader: Reader): unknown {
  if (typeof type === 'string') {
    if (isInteger(type)) return reader.integer(type);
    switch (type) {
      case 'bool':
        return reader.flag();
      case 'string':
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(reader.bytes(reader.count('u32')));
      case 'pubkey':
        return new PublicKey(reader.bytes(32));
      case 'bytes':
        return reader.bytes(reader.count('u32'));
    }
  }
  if ('option' in type) return reader.flag() ? read(idl, type.option, reader) : null;
  if ('defined' in type) return readDefined(idl, type.defined.name, reader);
  const [element, length] = 'array' in type ? type.array : [type.vec, reader.count('u32')];
  if (element === 'u8' && 'array' in type) return reader.bytes(length);
  const items: unknown[] = [];
  for (let index = 0; index < length; index += 1) items.push(read(idl, element, reader));
  return items;
}

function named<T extends { readonly name: string }>(items: readonly T[], name: string, idl: IdlTypes): T {
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
export function encodeInstruction(idl: IdlInstructions, name: string, args: unknown): Buffer {
  const instruction = named(idl.instructions, name, idl);
  const { discriminator } = instruction;
  return Buffer.concat([Uint8Array.from(discriminator), ...fieldsToBytes(idl, instruction.args, args, name)]);
}

/** The bytes of an account with its discriminator, as the program would write them. */
export function encodeAccount(idl: Idl, name: string, data: unknown): Buffer {
  const { discriminator } = named(idl.accounts, name, idl);
  return Buffer.concat([Uint8Array.from(discriminator), ...definedToBytes(idl, name, data, name)]);
}

/** The contents of an account, or `null` where the discriminator is another one. What follows them is not read. */
export function decodeAccount(idl: Idl, name: string, data: Uint8Array): Record<string, unknown> | null {
  const { discriminator } = named(idl.accounts, name, idl);
  if (!startsWith(data, discriminator)) return null;
  return readDefined(idl, name, new Reader(data.subarray(discriminator.length))) as Record<string, unknown>;
}

/** An event's name and contents, or `null` where the discriminator is of no event of this program. */
export function decodeEvent(idl: Idl, data: Uint8Array): { name: string; data: unknown } | null {
  const event = idl.events.find((candidate) => startsWith(data, candidate.discriminator));
  if (event === undefined) return null;
  const reader = new Reader(data.subarray(event.discriminator.length));
  return { name: event.name, data: readDefined(idl, event.name, reader) };
}

/** The bytes of a value of a fixed width: what a seed is made of, or what a field is searched by. */
export function encodeValue(idl: IdlTypes, type: IdlType, value: unknown, path: string): Uint8Array {
  const width = sizeOf(idl, type);
  const bytes = new Uint8Array(width);
  let offset = 0;
  for (const part of toBytes(idl, type, value, path)) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The width of a type in bytes; throws where values differ in width. */
export function sizeOf(idl: IdlTypes, type: IdlType): number {
  if (typeof type === 'string') {
    if (isInteger(type)) return INTEGERS[type];
    switch (type) {
      case 'bool':
        return 1;
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
  if (isInteger(type)) {
    const digits = value.replaceAll('_', '');
    return INTEGERS[type] <= MOST_IN_A_NUMBER ? Number(digits) : BigInt(digits);
  }
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
