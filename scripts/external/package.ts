import { join } from 'node:path';
import { installSample, useSample } from '../package/stranger.js';
import { findChromium } from './chromium.js';
import { mocha, type ExternalSuite } from './suite.js';

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
