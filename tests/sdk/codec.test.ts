import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  decodeAccount,
  decodeEvent,
  encodeAccount,
  encodeInstruction,
  encodeValue,
  fieldOf,
  parseConstant,
  sizeOf,
} from '../../sdk/src/codec.js';
import type { DefinedType, InstructionArgsOf } from '../../sdk/src/idl-types.js';
import { ArgumentError, IonetError } from '@ionet/sdk';
import { sample } from './sample-idl.js';

type Everything = DefinedType<typeof sample, 'everything'>;

const bigInteger = (bits: number, signed: boolean): fc.Arbitrary<bigint> =>
  signed
    ? fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n })
    : fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const key = bytes(32).map((value) => new PublicKey(value));

const everything: fc.Arbitrary<Everything> = fc.record({
  flag: fc.boolean(),
  small: fc.integer({ min: 0, max: 255 }),
  signed: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  big: bigInteger(64, false),
  time: bigInteger(64, true),
  huge: bigInteger(128, false),
  debt: bigInteger(128, true),
  owner: key,
  seed: bytes(32),
  pair: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 2, maxLength: 2 }),
  state: fc.constantFrom('idle', 'running', 'endedByBuyer'),
  shape: fc.oneof(
    fc.record({ kind: fc.constant('none' as const) }),
    fc.record({ kind: fc.constant('circle' as const), radius: bigInteger(64, false) }),
  ),
  nested: fc.record({ admin: key, pending: fc.option(key) }),
  maybe: fc.option(bigInteger(64, false)),
  members: fc.array(key, { maxLength: 7 }),
  raw: fc.uint8Array({ maxLength: 40 }),
  name: fc.string({ maxLength: 30 }),
});

describe('codec', () => {
  it('gives back every value of every type that it wrote', () => {
    fc.assert(
      fc.property(everything, (value) => {
        const data = encodeAccount(sample, 'everything', value);
        expect(decodeAccount(sample, 'everything', data)).to.deep.equal(value);
      }),
      { numRuns: 300 },
    );
  });

  it('writes the discriminator first, then the arguments in their order', () => {
    const args: InstructionArgsOf<typeof sample, 'run'> = { devices: 3, limit: 258n, state: 'running' };
    expect([...encodeInstruction(sample, 'run', args)]).to.deep.equal([
      1, 2, 3, 4, 5, 6, 7, 8, 3, 2, 1, 0, 0, 0, 0, 0, 0, 1,
    ]);
  });

  it('names the argument that does not fit and what would', () => {
    const good = { devices: 3, limit: 258n, state: 'running' };
    const cases: [object, string][] = [
      [{ ...good, devices: 256 }, 'run.devices: must be a whole number from 0 to 255'],
      [{ ...good, devices: 1.5 }, 'run.devices: must be a whole number from 0 to 255'],
      [{ ...good, limit: 2n ** 64n }, 'run.limit: must be a bigint from 0 to 18446744073709551615'],
      [{ ...good, limit: -1n }, 'run.limit: must be a bigint from 0 to 18446744073709551615'],
      [{ ...good, limit: 5 }, 'run.limit: must be a bigint from 0 to 18446744073709551615'],
      [{ ...good, state: 'walking' }, "run.state: must be one of 'idle', 'running', 'endedByBuyer'"],
      [{ devices: 3, limit: 1n }, "run.state: must be one of 'idle', 'running', 'endedByBuyer'"],
    ];
    for (const [args, message] of cases) {
      expect(() => encodeInstruction(sample, 'run', args)).to.throw(ArgumentError, message);
    }
  });

  it('takes an account of another type for what it is: not this one', () => {
    expect(decodeAccount(sample, 'everything', new Uint8Array(400))).to.equal(null);
    expect(decodeAccount(sample, 'everything', new Uint8Array(3))).to.equal(null);
  });

  it('says so where bytes cannot be what they should be', () => {
    const value = fc.sample(everything, { numRuns: 1, seed: 1 })[0]!;
    const data = encodeAccount(sample, 'everything', value);
    expect(() => decodeAccount(sample, 'everything', data.subarray(0, 60))).to.throw(IonetError, 'end after');
    const flag = Uint8Array.from(data);
    flag[8] = 2;
    expect(() => decodeAccount(sample, 'everything', flag)).to.throw(IonetError, 'hold 2');
    const stateAt = fieldOf(sample, 'everything', 'state').offset;
    const state = Uint8Array.from(data);
    state[stateAt] = 3;
    expect(() => decodeAccount(sample, 'everything', state)).to.throw(IonetError, 'name the variant 3');
  });

  it('gives bytes that stay what they are when the data change', () => {
    const value = fc.sample(everything, { numRuns: 1, seed: 1 })[0]!;
    const data = encodeAccount(sample, 'everything', value);
    const read = decodeAccount(sample, 'everything', data);
    data.fill(0);
    expect(read).to.deep.equal(value);
  });

  it('reads events by their discriminators and knows no others', () => {
    const data = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0);
    expect(decodeEvent(sample, data)).to.deep.equal({ name: 'started', data: { seq: 1n } });
    expect(decodeEvent(sample, new Uint8Array(16))).to.equal(null);
  });

  it('knows where fields stand, up to the first of variable width', () => {
    expect(fieldOf(sample, 'everything', 'owner')).to.deep.equal({ offset: 8 + 54, type: 'pubkey' });
    expect(() => fieldOf(sample, 'everything', 'nested')).to.throw(ArgumentError, 'no fixed width');
    expect(() => fieldOf(sample, 'everything', 'missing')).to.throw(ArgumentError);
    expect(sizeOf(sample, { array: ['u64', 3] })).to.equal(24);
  });

  it('writes single values as accounts hold them', () => {
    expect([...encodeValue(sample, 'i64', -2n, 'x')]).to.deep.equal([254, ...Array<number>(7).fill(255)]);
    expect([...encodeValue(sample, 'i32', -1, 'x')]).to.deep.equal([255, 255, 255, 255]);
    expect([...encodeValue(sample, 'u16', 258, 'x')]).to.deep.equal([2, 1]);
    expect([...encodeValue(sample, 'bool', true, 'x')]).to.deep.equal([1]);
    expect([...encodeValue(sample, { defined: { name: 'state' } }, 'endedByBuyer', 'x')]).to.deep.equal([2]);
    expect(() => encodeValue(sample, 'string', 'a', 'x')).to.throw(ArgumentError);
  });

  it('reads constants', () => {
    expect(parseConstant('bytes', '[106, 111, 98]')).to.deep.equal(Uint8Array.of(106, 111, 98));
    expect(parseConstant('u64', '18446744073709551615')).to.equal(2n ** 64n - 1n);
    expect(parseConstant('i64', '-3600')).to.equal(-3600n);
    expect(parseConstant('u16', '10_000')).to.equal(10_000);
  });
});
