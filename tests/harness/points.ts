import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeAddress, PointsFold, scoreSeason, type SeasonRules, type SeasonScores } from '@ionet/sdk';

/** A directory of one test, which is gone afterwards. */
export function useDirectory(): { readonly path: (name: string) => string; readonly write: Write } {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ionet-points-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  const path = (name: string): string => join(directory, name);
  return {
    path,
    write: (name, lines) => {
      const file = path(name);
      writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
      return file;
    },
  };
}

type Write = (name: string, lines: readonly string[]) => string;

/** An address that has no other meaning than its number. */
export function walletOf(number: number): string {
  const bytes = new Uint8Array(32).fill(7);
  new DataView(bytes.buffer).setUint32(0, Math.imul(number, 0x9e3779b1) >>> 0);
  return encodeAddress(bytes);
}

/** Scores lines that are divided among folds. */
export function scoreLines(season: SeasonRules, ...parts: readonly (readonly string[])[]): SeasonScores {
  const states = parts.map((lines, part) => {
    const fold = new PointsFold(season);
    fold.addLines(part, new TextEncoder().encode(lines.join('\n')));
    return fold.state();
  });
  return scoreSeason(season, states);
}
