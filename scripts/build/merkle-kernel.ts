/**
 * Writes sdk/src/merkle/kernel-code.ts: SHA-256 in WebAssembly, of four messages at a time, for Merkle trees. One
 * message runs in each 32-bit lane of the vectors. Composed as text and assembled, as engines do not inline calls.
 * With `--check` it writes nothing and fails where the file is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import assembler from 'wabt';

const TARGET = fileURLToPath(new URL('../../sdk/src/merkle/kernel-code.ts', import.meta.url));

/** The constants of FIPS 180-4. */
// prettier-ignore
const ROUND_CONSTANTS = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
// prettier-ignore
const INITIAL_STATE = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** The eight words that the rounds turn over. */
const STATE = ['$a', '$b', '$c', '$d', '$e', '$f', '$g', '$h'];

/** Words as bytes of a data segment, little endian. */
function words(values: readonly number[]): string {
  const bytes = new Uint8Array(Uint32Array.from(values).buffer);
  return [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}

/** What surrounds the children in a message: 0x01 before, 0x80 and the length of 520 bits after them. */
function innerMessage(at: number): string {
  const segments = [[at, '\\01'] as const, [at + 65, '\\80'] as const, [at + 126, '\\02\\08'] as const];
  return segments.map(([offset, bytes]) => `(data (i32.const ${offset}) "${bytes}")`).join(' ');
}

function rotateRight(name: string, bits: number): string {
  return `(v128.or
    (i32x4.shr_u (local.get ${name}) (i32.const ${bits}))
    (i32x4.shl (local.get ${name}) (i32.const ${32 - bits})))`;
}

function addToState(name: string, at: number): string {
  const sum = `(i32x4.add (local.get ${name}) (v128.load offset=${at} (i32.const 0)))`;
  return `(v128.store offset=${at} (i32.const 0) ${sum})`;
}

const KERNEL = `
;; SHA-256 of four messages at a time, one in each 32-bit lane of the vectors, for Merkle trees of flat arrays.
;;
;;   0x00000  round constants, 64 words
;;   0x00100  message schedule, 64 vectors
;;   0x00500  hash state, 8 vectors
;;   0x00580  initial hash state, 8 words
;;   0x00600  4 messages of an inner node: 0x01, 64 bytes, padding to 128
;;   0x00800  4 messages of a leaf, 512 bytes each: whoever calls writes prefix and padding
;;   0x01000  hashes of a chunk of 4,096 leaves, then its levels, each with room for 3 more hashes
;;   0x42000  records of the chunk's leaves
;;
;; Groups of four are hashed whole, so up to three hashes of stale bytes follow the last that counts.
(module
  (memory (export "memory") 37)
  (data (i32.const 0x000) "${words(ROUND_CONSTANTS)}")
  (data (i32.const 0x580) "${words(INITIAL_STATE)}")
  ;; The bytes around the children: 0x01 before them, 0x80 after, the length of 520 bits at the end.
  ${[0x600, 0x680, 0x700, 0x780].map(innerMessage).join(' ')}

  ;; Reads the block at $block of four messages $stride apart into the first 16 vectors of the schedule, and
  ;; extends it.
  (func $schedule (param $block i32) (param $stride i32)
    (local $t i32) (local $b i32) (local $c i32) (local $d i32) (local $word v128) (local $x v128) (local $y v128)
    (local.set $b (i32.add (local.get $block) (local.get $stride)))
    (local.set $c (i32.add (local.get $b) (local.get $stride)))
    (local.set $d (i32.add (local.get $c) (local.get $stride)))
    (loop $words
      (local.set $word (v128.load32_zero (local.get $block)))
      (local.set $word (v128.load32_lane 1 (local.get $b) (local.get $word)))
      (local.set $word (v128.load32_lane 2 (local.get $c) (local.get $word)))
      (local.set $word (v128.load32_lane 3 (local.get $d) (local.get $word)))
      (v128.store offset=0x100 (local.get $t)
        (i8x16.shuffle 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12 (local.get $word) (local.get $word)))
      (local.set $block (i32.add (local.get $block) (i32.const 4)))
      (local.set $b (i32.add (local.get $b) (i32.const 4)))
      (local.set $c (i32.add (local.get $c) (i32.const 4)))
      (local.set $d (i32.add (local.get $d) (i32.const 4)))
      (br_if $words (i32.lt_u (local.tee $t (i32.add (local.get $t) (i32.const 16))) (i32.const 256))))
    (loop $extension
      (local.set $x (v128.load offset=0x010 (local.get $t)))
      (local.set $y (v128.load offset=0x0e0 (local.get $t)))
      (v128.store offset=0x100 (local.get $t)
        (i32x4.add
          (i32x4.add
            (v128.load (local.get $t))
            (v128.xor
              (v128.xor
                ${rotateRight('$x', 7)}
                ${rotateRight('$x', 18)})
              (i32x4.shr_u (local.get $x) (i32.const 3))))
          (i32x4.add
            (v128.load offset=0x090 (local.get $t))
            (v128.xor
              (v128.xor
                ${rotateRight('$y', 17)}
                ${rotateRight('$y', 19)})
              (i32x4.shr_u (local.get $y) (i32.const 10))))))
      (br_if $extension (i32.lt_u (local.tee $t (i32.add (local.get $t) (i32.const 16))) (i32.const 1024)))))

  ;; The 64 rounds over the schedule, added to the state.
  (func $compress
    (local $t i32) (local $temporary v128)
    ${STATE.map((name) => `(local ${name} v128)`).join(' ')}
    ${STATE.map((name, i) => `(local.set ${name} (v128.load offset=${0x500 + 16 * i} (i32.const 0)))`).join(' ')}
    (loop $rounds
      (local.set $temporary
        (i32x4.add
          (i32x4.add
            (i32x4.add
              (local.get $h)
              (v128.load offset=0x100 (i32.shl (local.get $t) (i32.const 2))))
            (v128.load32_splat (local.get $t)))
          (i32x4.add
            (v128.xor
              (v128.xor
                ${rotateRight('$e', 6)}
                ${rotateRight('$e', 11)})
              ${rotateRight('$e', 25)})
            (v128.bitselect (local.get $f) (local.get $g) (local.get $e)))))
      (local.set $h (local.get $g))
      (local.set $g (local.get $f))
      (local.set $f (local.get $e))
      (local.set $e (i32x4.add (local.get $d) (local.get $temporary)))
      (local.set $temporary
        (i32x4.add
          (local.get $temporary)
          (i32x4.add
            (v128.xor
              (v128.xor
                ${rotateRight('$a', 2)}
                ${rotateRight('$a', 13)})
              ${rotateRight('$a', 22)})
            ;; Of three bits the majority: where the first two differ, the third decides.
            (v128.bitselect (local.get $c) (local.get $b) (v128.xor (local.get $a) (local.get $b))))))
      (local.set $d (local.get $c))
      (local.set $c (local.get $b))
      (local.set $b (local.get $a))
      (local.set $a (local.get $temporary))
      (br_if $rounds (i32.lt_u (local.tee $t (i32.add (local.get $t) (i32.const 4))) (i32.const 256))))
    ${STATE.map((name, i) => addToState(name, 0x500 + 16 * i)).join(' ')})

  ;; The hashes of four padded messages $stride apart, to 128 bytes at $hashes.
  (func $hash (param $messages i32) (param $stride i32) (param $blocks i32) (param $hashes i32)
    (local $t i32) (local $word v128)
    (loop $initial
      (v128.store offset=0x500
        (i32.shl (local.get $t) (i32.const 2))
        (v128.load32_splat offset=0x580 (local.get $t)))
      (br_if $initial (i32.lt_u (local.tee $t (i32.add (local.get $t) (i32.const 4))) (i32.const 32))))
    (loop $message
      (call $schedule (local.get $messages) (local.get $stride))
      (call $compress)
      (local.set $messages (i32.add (local.get $messages) (i32.const 64)))
      (br_if $message (local.tee $blocks (i32.sub (local.get $blocks) (i32.const 1)))))
    (local.set $t (i32.const 0))
    (loop $words
      (local.set $word (v128.load offset=0x500 (local.get $t)))
      (local.set $word
        (i8x16.shuffle 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12 (local.get $word) (local.get $word)))
      (v128.store32_lane offset=0 0 (local.get $hashes) (local.get $word))
      (v128.store32_lane offset=32 1 (local.get $hashes) (local.get $word))
      (v128.store32_lane offset=64 2 (local.get $hashes) (local.get $word))
      (v128.store32_lane offset=96 3 (local.get $hashes) (local.get $word))
      (local.set $hashes (i32.add (local.get $hashes) (i32.const 4)))
      (br_if $words (i32.lt_u (local.tee $t (i32.add (local.get $t) (i32.const 16))) (i32.const 128)))))

  ;; Whether the 32 bytes at $a come after those at $b.
  (func $is_greater (param $a i32) (param $b i32) (result i32)
    (local $end i32) (local $x i64) (local $y i64) (local $bit i64)
    (local.set $end (i32.add (local.get $a) (i32.const 32)))
    (loop $words
      (local.set $x (i64.load align=1 (local.get $a)))
      (local.set $y (i64.load align=1 (local.get $b)))
      (if (i64.ne (local.get $x) (local.get $y))
        (then
          ;; The first byte that differs is the lowest one, as words are little endian.
          (local.set $bit
            (i64.and (i64.ctz (i64.xor (local.get $x) (local.get $y))) (i64.const 56)))
          (return
            (i64.gt_u
              (i64.and (i64.shr_u (local.get $x) (local.get $bit)) (i64.const 255))
              (i64.and (i64.shr_u (local.get $y) (local.get $bit)) (i64.const 255))))))
      (local.set $b (i32.add (local.get $b) (i32.const 8)))
      (br_if $words (i32.lt_u (local.tee $a (i32.add (local.get $a) (i32.const 8))) (local.get $end))))
    (i32.const 0))

  ;; The inner nodes over $pairs pairs of hashes at $nodes, to $parents.
  (func $hash_pairs (param $nodes i32) (param $pairs i32) (param $parents i32)
    (local $lane i32) (local $swap i32) (local $first i32) (local $second i32) (local $end i32)
    (local.set $end (i32.add (local.get $parents) (i32.shl (local.get $pairs) (i32.const 5))))
    (loop $groups
      (local.set $lane (i32.const 0x600))
      (loop $lanes
        (local.set $swap
          (i32.shl (call $is_greater (local.get $nodes) (i32.add (local.get $nodes) (i32.const 32))) (i32.const 5)))
        (local.set $first (i32.add (i32.add (local.get $lane) (i32.const 1)) (local.get $swap)))
        (local.set $second (i32.sub (i32.add (local.get $lane) (i32.const 33)) (local.get $swap)))
        (v128.store align=1 (local.get $first) (v128.load align=1 (local.get $nodes)))
        (v128.store offset=16 align=1 (local.get $first) (v128.load offset=16 align=1 (local.get $nodes)))
        (v128.store align=1 (local.get $second) (v128.load offset=32 align=1 (local.get $nodes)))
        (v128.store offset=16 align=1 (local.get $second) (v128.load offset=48 align=1 (local.get $nodes)))
        (local.set $nodes (i32.add (local.get $nodes) (i32.const 64)))
        (br_if $lanes (i32.lt_u (local.tee $lane (i32.add (local.get $lane) (i32.const 128))) (i32.const 0x800))))
      (call $hash (i32.const 0x600) (i32.const 128) (i32.const 2) (local.get $parents))
      (br_if $groups
        (i32.lt_u (local.tee $parents (i32.add (local.get $parents) (i32.const 128))) (local.get $end)))))

  ;; The hashes of $count records of $width bytes, each behind the prefix of $offset bytes, in messages of $blocks.
  (func (export "hashRecords") (param $count i32) (param $width i32) (param $offset i32) (param $blocks i32)
    (local $record i32) (local $hashes i32) (local $end i32) (local $lane i32)
    (local.set $record (i32.const 0x42000))
    (local.set $hashes (i32.const 0x1000))
    (local.set $end (i32.add (local.get $hashes) (i32.shl (local.get $count) (i32.const 5))))
    (loop $groups
      (local.set $lane (i32.const 0x800))
      (loop $lanes
        (memory.copy (i32.add (local.get $lane) (local.get $offset)) (local.get $record) (local.get $width))
        (local.set $record (i32.add (local.get $record) (local.get $width)))
        (br_if $lanes (i32.lt_u (local.tee $lane (i32.add (local.get $lane) (i32.const 512))) (i32.const 0x1000))))
      (call $hash (i32.const 0x800) (i32.const 512) (local.get $blocks) (local.get $hashes))
      (br_if $groups
        (i32.lt_u (local.tee $hashes (i32.add (local.get $hashes) (i32.const 128))) (local.get $end)))))

  ;; The twelve levels over the $count hashes at 0x1000. A level begins 96 bytes after the full one below it.
  (func (export "reduce") (param $count i32)
    (local $nodes i32) (local $above i32) (local $full i32) (local $pairs i32)
    (local.set $nodes (i32.const 0x1000))
    (local.set $full (i32.const 0x20000))
    (loop $levels
      (local.set $above (i32.add (i32.add (local.get $nodes) (local.get $full)) (i32.const 96)))
      (if (local.tee $pairs (i32.shr_u (local.get $count) (i32.const 1)))
        (then (call $hash_pairs (local.get $nodes) (local.get $pairs) (local.get $above))))
      ;; A node without a sibling moves up as it is.
      (if (i32.and (local.get $count) (i32.const 1))
        (then
          (memory.copy
            (i32.add (local.get $above) (i32.shl (local.get $pairs) (i32.const 5)))
            (i32.add (local.get $nodes) (i32.shl (local.get $pairs) (i32.const 6)))
            (i32.const 32))))
      (local.set $count (i32.shr_u (i32.add (local.get $count) (i32.const 1)) (i32.const 1)))
      (local.set $nodes (local.get $above))
      (br_if $levels
        (i32.gt_u (local.tee $full (i32.shr_u (local.get $full) (i32.const 1))) (i32.const 16))))))
`;

async function assemble(): Promise<Uint8Array> {
  const wabt = await assembler();
  const features = { simd: true, bulk_memory: true };
  const parsed = wabt.parseWat('kernel.wat', KERNEL, features);
  try {
    parsed.validate();
    return parsed.toBinary({}).buffer;
  } finally {
    parsed.destroy();
  }
}

async function source(): Promise<string> {
  const code = Buffer.from(await assemble()).toString('base64');
  const lines = [
    '// Written by scripts/build/merkle-kernel.ts.',
    '',
    '/** The WebAssembly module of the kernel, in base64. */',
    `export const KERNEL_CODE = '${code}';`,
  ];
  return format(lines.join('\n'), { ...(await resolveConfig(TARGET)), parser: 'typescript' });
}

const text = await source();
if (process.argv.includes('--check')) {
  const present = await readFile(TARGET, 'utf8').catch(() => '');
  if (present !== text) {
    process.stderr.write('sdk/src/merkle/kernel-code.ts is out of date: run npm run generate\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(TARGET, text);
}
