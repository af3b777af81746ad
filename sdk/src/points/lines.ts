/** The byte that ends a line. */
export const NEWLINE = 10;
const RETURN = 13;

/**
 * Calls `visit` with the number of each line, from 1 on, and where it stands without its line break. A byte order mark
 * is passed over.
 *
 * @returns the number of lines
 */
export function eachLine(
  bytes: Uint8Array,
  visit: (line: number, start: number, end: number) => void,
): number {
  let line = 0;
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < bytes.length) {
    let end = bytes.indexOf(NEWLINE, start);
    if (end < 0) end = bytes.length;
    line += 1;
    visit(line, start, end > start && bytes[end - 1] === RETURN ? end - 1 : end);
    start = end + 1;
  }
  return line;
}
