/** The sample dApp's page in a browser; run by `npm run test:external`, which bundles it from the packed SDK. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WALLETS, startLocalnet, type Localnet } from '@ionet/localnet';
import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
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

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: npm run test:external does so`);
  return value;
}

/** Serves the files of a directory, from another origin than the network's. */
async function serve(directory: string): Promise<Server> {
  const types: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' };
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    readFile(join(directory, name)).then(
      (content) => response.setHeader('content-type', types[name.split('.')[1] ?? ''] ?? '').end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('the page of the sample dApp in a browser', () => {
  let network: Localnet;
  let offer: PublicKey;
  let pages: Server;
  let browser: Browser;

  before(async () => {
    network = await startLocalnet({ port: 0, slotMs: 50 });
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    const { accounts } = await owner.staking.registerNode({
      id: 0,
      classId: 1,
      deviceCount: 8,
      bandwidth: 'high',
      region: 'eu-west',
      operator: operator.payer,
    });
    const { minimumStake } = await owner.accounts.staking.node.fetch(accounts.node);
    await owner.staking.stake({ node: accounts.node, amount: minimumStake });
    const terms = { price: 2_000_000n, maxHours: 720 };
    const offered = await operator.escrow.createOffer({ node: accounts.node, id: 0, terms });
    offer = offered.accounts.offer;
    pages = await serve(setting('PAGE'));
    // A profile of its own, which the browser forgets when it is closed.
    browser = await chromium.launch({ executablePath: setting('CHROMIUM'), args: FLAGS });
  });
  after(async () => {
    await browser.close();
    pages.close();
    await network.stop();
  });

  /** Opens the page with settings, and gives what it shows and what it complained about. */
  async function open(budget: string): Promise<{ shown: string; complaints: readonly string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const settings = new URLSearchParams({
      rpc: network.rpcUrl,
      offer: offer.toBase58(),
      budget,
      key: JSON.stringify([...WALLETS.buyer.keypair.secretKey]),
    });
    const { port } = pages.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/page.html#${settings.toString()}`);
    const answer = page.locator('#answer:not(:text-is("…"))');
    const shown = await answer.innerText();
    await page.close();
    return { shown, complaints };
  }

  it('hires over HTTP from another origin, and shows what the network has of the job', async () => {
    const { shown, complaints } = await open('500');
    expect(complaints).to.deep.equal([]);
    const [, paid, job] = /^booked for (\S+) USDC: (\w+)$/.exec(shown) ?? [];
    const [booked] = await network.client(WALLETS.anyone.keypair).accounts.escrow.job.findAll();
    expect(job, shown).to.equal(booked?.address.toBase58());
    // 8 devices for 24 hours at 2 dollars, and what booking costs beside.
    expect(Number(paid)).to.be.within(384, 400);
  });

  it('names the price where the chain says that it is above the budget', async () => {
    const { shown } = await open('10');
    expect(shown).to.match(/^too dear: it costs \d+(\.\d+)? USDC$/);
  });
});
