import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What Chromium, or a browser like it, is called. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where a browser is: the one that CHROMIUM names, or the first on the path. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
}
