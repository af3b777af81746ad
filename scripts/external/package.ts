import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installSample, useSample } from '../package/stranger.js';
import { mocha, type ExternalSuite } from './suite.js';

/** What Chromium, or a browser like it, is called. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
}

/** The sample dApp with the packed SDK, as a stranger installs both, and its page in a browser. */
export const packed: ExternalSuite = {
  skipped: "the sample dApp's page in a browser: there is no Chromium (CHROMIUM names one)",

  async run(directory) {
    const dapp = await installSample(directory);
    await useSample(dapp, (done) => {
      console.log(`  packed SDK: ${done}`);
    });
    const chromium = findChromium();
    if (chromium === undefined) return null;
    return mocha(['tests/external/page.ts'], { CHROMIUM: chromium, PAGE: join(dapp, 'dist/page') });
  },
};
