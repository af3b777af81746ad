import { readFileSync, writeFileSync } from 'node:fs';

const DOCUMENT = 'docs/performance.md';

/** The parts of a text by their headings; what stands before the first is under ''. */
function partsOf(text: string): Map<string, string> {
  const pieces = text.split(/^(?=## )/m).filter((piece) => piece.trim() !== '');
  return new Map(pieces.map((piece) => [/^## .*/.exec(piece)?.[0] ?? '', piece.trimEnd()]));
}

/** Writes the parts of docs/performance.md that a benchmark has, and leaves those of the others as they are. */
export function writeOwnParts(text: string): void {
  const parts = partsOf(readFileSync(DOCUMENT, 'utf8'));
  for (const [heading, part] of partsOf(text)) parts.set(heading, part);
  writeFileSync(DOCUMENT, `${[...parts.values()].join('\n\n')}\n`);
}
