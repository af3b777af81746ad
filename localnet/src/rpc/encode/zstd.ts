const MAGIC = 0xfd2fb528;
/** The frame has one segment, whose size is written in four bytes. */
const SINGLE_SEGMENT_SIZE_32 = 0xa0;
const MAX_BLOCK = 128 * 1024;

/**
 * A zstd frame that holds its content as it is (RFC 8878, raw blocks). Node 20 has no zstd, and on one machine
 * nothing is gained by compressing.
 */
export function zstdFrame(content: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt8(SINGLE_SEGMENT_SIZE_32, 4);
  header.writeUInt32LE(content.length, 5);
  const parts: Uint8Array[] = [header];
  let at = 0;
  do {
    const size = Math.min(MAX_BLOCK, content.length - at);
    const last = at + size === content.length;
    const block = Buffer.alloc(3);
    block.writeUIntLE((size << 3) | (last ? 1 : 0), 0, 3);
    parts.push(block, content.subarray(at, at + size));
    at += size;
  } while (at < content.length);
  return Buffer.concat(parts);
}
