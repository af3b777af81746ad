import { findChromium } from './chromium.js';
import { mocha, type ExternalSuite } from './suite.js';

/** The scheduler's web page in a browser, against a network that lives. */
export const web: ExternalSuite = {
  skipped: "the scheduler's web page in a browser: there is no Chromium (CHROMIUM names one)",

  run() {
    const chromium = findChromium();
    if (chromium === undefined) return Promise.resolve(null);
    return Promise.resolve(mocha(['tests/external/scheduler-page.ts'], { CHROMIUM: chromium }));
  },
};
