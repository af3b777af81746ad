import { readFileSync, writeFileSync } from 'node:fs';

const DOCUMENT = 'docs/performance.md';
const HEADING = /^(?=## )/m;

const titleOf = (section: string): string => section.split('\n', 1)[0] ?? '';

/** Puts sections into docs/performance.md, in place of those of the same title or behind the others. */
export function writeSections(text: string): void {
  const sections = readFileSync(DOCUMENT, 'utf8').split(HEADING);
  for (const section of text.split(HEADING)) {
    const index = sections.findIndex((other) => titleOf(other) === titleOf(section));
    if (index === -1) sections.push(section);
    else sections[index] = section;
  }
  writeFileSync(DOCUMENT, `${sections.map((section) => section.trimEnd()).join('\n\n')}\n`);
}
