import { chromium, type Browser } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser that CHROMIUM names, with a profile of its own that it forgets when it is closed. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'];
  if (executablePath === undefined) {
    throw new Error('CHROMIUM is not set: npm run test:external does so');
  }
  return chromium.launch({ executablePath, args: FLAGS });
}
