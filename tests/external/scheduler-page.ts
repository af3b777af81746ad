/** The scheduler's web page in a browser, on a network that lives; run by `npm run test:external`. */
import { startLocalnet, WALLETS, type Localnet } from '@ionet/localnet';
import { observationMessage } from '@ionet/oracle';
import {
  createTokenAccountInstruction,
  formatIo,
  formatUsdc,
  mintToInstruction,
  parseIo,
  parsePrice,
  pda,
  programConstant,
  signMessage,
  tokenAddress,
  type AccountData,
  type Client,
} from '@ionet/sdk';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from '../harness/browser.js';
import { keyFile } from '../harness/key-file.js';
import { rewardTree, type RewardTree } from '../harness/reward-tree.js';
import { airdrop, disconnect } from '../harness/rpc-node.js';
import { bundled, spawnScript, type Spawned } from '../services/spawn.js';

const SCHEDULER = 'services/scheduler/src/main.ts';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOUR = 3_600;
const ENOUGH = 10n ** 12n;
/** Minutes in which the oracles heard the node, by the hours since the beginning; an hour that is left out had none. */
const HEARD: Readonly<Record<number, number>> = { 1: 60, 2: 57, 3: 31, 5: 60, 6: 60, 7: 55 };
const UP_HOURS = 5;

describe("the scheduler's web page in a browser", function () {
  this.timeout(180_000);
  const key = Keypair.generate();
  let network: Localnet;
  let anyone: Client;
  let buyer: Client;
  let node: PublicKey;
  let offer: PublicKey;
  let job: PublicKey;
  let tree: RewardTree;
  let oracle: Server;
  let scheduler: Spawned;
  let url: string;
  let directory: string;
  let browser: Browser;

  before(async () => {
    bundled(SCHEDULER);
    directory = mkdtempSync(join(tmpdir(), 'scheduler-page-'));
    network = await startLocalnet({ port: 0, slotMs: 50 });
    anyone = network.client(WALLETS.anyone.keypair);
    buyer = network.client(WALLETS.buyer.keypair);
    await sealSchedule();
    await registerNode();
    oracle = await serveOracle();
    await airdrop(network.connection(), key.publicKey, 10);
    scheduler = spawnScript(SCHEDULER, {
      env: {
        RPC_URLS: network.rpcUrl,
        KEYPAIR: keyFile(directory, 'key', key),
        DATA_DIR: join(directory, 'data'),
        ORACLE_URLS: `http://127.0.0.1:${(oracle.address() as AddressInfo).port}`,
        LOOP_MS: '100',
        MARKET_SECONDS: '0',
      },
    });
    url = (await scheduler.line(({ msg }) => msg === 'ready')).url ?? '';
    await earnRewards();
    await burnFees();
    await hire();
    browser = await launchBrowser();
  });
  after(async () => {
    await scheduler.kill('SIGTERM');
    await browser.close();
    oracle.closeAllConnections();
    oracle.close();
    await network.stop();
    rmSync(directory, { recursive: true });
  });

  /** From here on IO is emitted. */
  async function sealSchedule(): Promise<void> {
    const admin = network.client(WALLETS.admin.keypair);
    const mintAuthority = WALLETS.mintAuthority.keypair;
    const { ioMint } = network.deployment;
    const connection = network.connection();
    const supply = BigInt((await connection.getTokenSupply(ioMint)).value.amount);
    disconnect(connection);
    const missing = programConstant('emission', 'INITIAL_SUPPLY') - supply;
    await admin.send({
      instructions: [
        createTokenAccountInstruction(admin.payer, ioMint, admin.payer),
        mintToInstruction(ioMint, tokenAddress(ioMint, admin.payer), mintAuthority.publicKey, missing),
      ],
      signers: [mintAuthority],
      accounts: {},
    });
    await admin.emission.sealSchedule({ preset: 'default', startsAt: await admin.now(), mintAuthority });
  }

  async function registerNode(): Promise<void> {
    const owner = network.client(WALLETS.owner.keypair);
    const operator = network.client(WALLETS.operator.keypair);
    const registration = { id: 7, classId: 1, deviceCount: 8, bandwidth: 'high', region: 'eu-west' } as const;
    const registered = await owner.staking.registerNode({
      ...registration,
      operator: operator.payer,
      scheduler: key.publicKey,
    });
    ({ node } = registered.accounts);
    const { minimumStake } = await owner.accounts.staking.node.fetch(node);
    await owner.staking.stake({ node, amount: minimumStake });
    await buyer.staking.delegate({ node, amount: parseIo('1234.5') });
    const terms = { price: 1_234_567n, minHours: 1, maxHours: 720 };
    ({ offer } = (await operator.escrow.createOffer({ node, id: 0, terms })).accounts);
  }

  /** What members of the oracle set have signed, served as an oracle does. */
  async function serveOracle(): Promise<Server> {
    const { rewardVault, owner } = await anyone.accounts.staking.node.fetch(node);
    const leaves = [{ node, destination: rewardVault, cumulative: parseIo('123.456789') }];
    tree = rewardTree(network.deployment, 'gpu', leaves);
    const members = [WALLETS.oracle0.keypair, WALLETS.oracle1.keypair];
    const name = node.toBase58();
    const epochs = Object.entries(HEARD).map(([number, minutes]) => {
      const epoch = Number(number);
      const lines = [
        `beats,${name},${((1n << BigInt(minutes)) - 1n).toString(16).padStart(15, '0')}`,
        ['node', name, 'gpu', rewardVault.toBase58(), 8, 1_000, owner.toBase58(), 0].join(),
      ];
      const message = observationMessage(network.deployment, BigInt(epoch), lines);
      const observations = members.map((member) => ({
        member: member.publicKey.toBase58(),
        lines,
        signature: Buffer.from(signMessage(message, member).signature).toString('hex'),
      }));
      return { epoch, observations, votes: [] };
    });
    const claim = {
      version: '1',
      cumulative: String(tree.leaves[0]!.cumulative),
      destination: rewardVault.toBase58(),
      proof: Buffer.from(tree.proof(0)).toString('hex'),
    };
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      const after = /^\/v1\/peer\/epochs\/after\/(\d+)$/.exec(path)?.[1];
      const found =
        after === undefined
          ? path === `/v1/rewards/gpu/${name}` && claim
          : epochs.find(({ epoch }) => epoch > Number(after));
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found || { error: 'there is none' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  async function earnRewards(): Promise<void> {
    network.warpBy(HOUR + 60);
    await anyone.emission.advanceEpoch();
    await anyone.emission.postRoot({
      kind: 'gpu',
      epoch: 1n,
      root: tree.root,
      total: tree.total,
      inputHash: new Uint8Array(32).fill(1),
      formulaId: new Uint8Array(32).fill(2),
      signers: [WALLETS.oracle0.keypair, WALLETS.oracle1.keypair],
    });
    network.warpBy(6 * HOUR + 60);
    await anyone.emission.finalizeRoot({ kind: 'gpu' });
    await anyone.emission.claimReward({
      kind: 'gpu',
      version: 1n,
      node,
      cumulative: tree.leaves[0]!.cumulative,
      proof: tree.proof(0),
      destination: tree.leaves[0]!.destination,
    });
    await anyone.emission.advanceEpoch();
  }

  /** An order in IO that is called off: its fees are burned. */
  async function burnFees(): Promise<void> {
    const order = { offer, devices: 8, hours: 10, payment: 'io', maxTotal: ENOUGH } as const;
    const startAt = (await buyer.now()) + 1_000n;
    const { accounts } = await buyer.escrow.bookJob({ ...order, startAt });
    await buyer.escrow.cancelJob({ job: accounts.job });
    await anyone.treasury.burnIoFees();
  }

  async function hire(): Promise<void> {
    const order = { offer, devices: 3, hours: 7, payment: 'usdc', maxTotal: ENOUGH } as const;
    ({ job } = (await buyer.escrow.bookJob(order)).accounts);
    while ((await jobAccount()).state !== 'running') await pause();
    network.warpBy(HOUR);
    await report(HOUR - 61);
    // The scheduler settles in each hour.
    while ((await jobAccount()).paidToNode === 0n) await pause();
    network.warpBy(900);
  }

  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
  const jobAccount = (): Promise<AccountData<'escrow', 'job'>> => anyone.accounts.escrow.job.fetch(job);
  async function report(verifiedSeconds: number, asOf?: bigint): Promise<void> {
    await anyone.oracle.reportJob({
      job,
      verifiedSeconds: BigInt(verifiedSeconds),
      signers: [WALLETS.oracle0.keypair, WALLETS.oracle1.keypair],
      ...(asOf === undefined ? {} : { asOf }),
    });
  }

  /** Opens a page of the site, and fails where the browser complains. */
  async function visit(
    hash: string,
    look: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1_200, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(`${url}/${hash}`);
    await page.locator('main h1').waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    await look(page);
    expect(complaints).to.deep.equal([]);
    await context.close();
  }

  /** The figure of this name, without its note. */
  const figure = (page: Page, name: string): Promise<string> =>
    page
      .locator('.figure', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
      .locator('.value')
      .innerText();
  const exactOf = async (page: Page, name: string): Promise<string | null> =>
    page
      .locator('.figure', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
      .locator('data')
      .getAttribute('value');
  /** The value beside a name in a list of facts. */
  const fact = (page: Page, name: string): Promise<string> =>
    page.locator(`dt:text-is("${name}") + dd`).first().innerText();
  const plain = (text: string): string => text.replaceAll(/[,\s]|IO$|USDC$/g, '').replace(/\.?0+$/, '');

  /** What a checker of accessibility finds, by rule and place. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    return page.evaluate(async () => {
      interface Result {
        readonly violations: readonly { readonly id: string; readonly nodes: readonly { html: string }[] }[];
      }
      const { axe } = globalThis as unknown as { axe: { run(): Promise<Result> } };
      const result = await axe.run();
      return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
  }

  it('shows of the network what its accounts hold', async () => {
    const { accounts, deployment } = anyone;
    const account = await accounts.staking.node.fetch(node);
    const { totalMinted } = await accounts.emission.schedule.fetch(pda.emission.schedule(deployment));
    const { ioBurned } = await accounts.treasury.treasury.fetch(pda.treasury.treasury(deployment));
    const connection = network.connection();
    const supply = BigInt((await connection.getTokenSupply(deployment.ioMint)).value.amount);
    disconnect(connection);
    // The scheduler keeps for a few seconds what it has read.
    const emitted = async (): Promise<string | null> =>
      ((await (await fetch(`${url}/network`)).json()) as { emitted: string | null }).emitted;
    while ((await emitted()) !== totalMinted.toString()) await pause();
    await visit('', async (page) => {
      expect(await figure(page, 'Nodes')).to.equal('1');
      expect(await figure(page, 'Devices')).to.equal('8');
      expect(await figure(page, 'Jobs running')).to.equal('1');
      expect(plain((await exactOf(page, 'Staked')) ?? '')).to.equal(
        formatIo(account.ownStake + account.delegatedStake),
      );
      expect(plain((await exactOf(page, 'Emitted')) ?? '')).to.equal(formatIo(totalMinted));
      expect(plain((await exactOf(page, 'Burned')) ?? '')).to.equal(formatIo(ioBurned));
      expect(plain((await exactOf(page, 'Supply')) ?? '')).to.equal(formatIo(supply));
      const { price, exponent } = network.prices.price;
      const shown = parsePrice(plain(/^[\d.,]+/.exec(await figure(page, 'Price of IO'))?.[0] ?? ''));
      expect(shown.price * 10n ** BigInt(-exponent)).to.equal(price * 10n ** BigInt(-shown.exponent));
      const prices = page.getByRole('group', { name: 'Prices by hardware' }).locator('tbody tr');
      expect(await prices.first().locator('td').allInnerTexts()).to.deep.equal([
        'H100',
        '8',
        '3',
        '1',
        '1.2345',
        '1.2345',
        '2.5000',
      ]);
      const emitted = page.getByRole('slider', { name: 'Emitted, by time' });
      await emitted.waitFor();
      const said = await emitted.getAttribute('aria-valuetext');
      expect(said).to.contain(`Emitted ${await figure(page, 'Emitted')}`);
      await emitted.focus();
      await page.keyboard.press('Home');
      expect(await emitted.getAttribute('aria-valuetext')).to.contain('Emitted 0.00 IO');
      await page.getByRole('button', { name: 'All' }).click();
      await page.getByRole('button', { name: 'All', pressed: true }).waitFor();
      await page.locator('figure').nth(5).waitFor();
      expect(await page.locator('figure').count()).to.equal(6);
    });
  });

  it('shows the hours, the rewards and the stake of a node', async () => {
    const account = await anyone.accounts.staking.node.fetch(node);
    await visit('', async (page) => {
      // By the keyboard, as somebody who sees no mouse.
      const link = page.getByRole('group', { name: 'Nodes' }).getByRole('link').first();
      await link.focus();
      await page.keyboard.press('Enter');
      await page.locator('.calendar').waitFor();
      expect(await page.title()).to.equal(`Node ${node.toBase58()} · ionet`);
      expect(await page.locator('main:focus').count()).to.equal(1);
      const hours = (kind: string): Promise<number> => page.locator(`td.hour-${kind}`).count();
      expect([await hours('up'), await hours('partly'), await hours('down')]).to.deep.equal([UP_HOURS, 1, 1]);
      expect(await page.locator('main').innerText()).to.match(/Up in 5 of 7 hours \(71\.42 %\)/);
      expect(await page.locator('td.hour-partly').first().innerText()).to.equal('31 of 60 minutes');

      const earned = formatIo(tree.total);
      await page.getByText('Earned, by final root 1').waitFor();
      expect(plain(await fact(page, 'Earned, by final root 1'))).to.equal(earned);
      expect(plain(await fact(page, 'Claimed'))).to.equal(earned);
      expect(plain(await fact(page, 'In the reward vault, to be divided'))).to.equal(earned);
      const claims = page.getByRole('group', { name: 'Claims of rewards' }).locator('tbody tr');
      expect(plain(await claims.first().locator('td').nth(1).innerText())).to.equal(earned);
      expect(plain(await fact(page, 'Own'))).to.equal(formatIo(account.ownStake));
      expect(plain(await fact(page, 'Minimum'))).to.equal(formatIo(account.minimumStake));
      const delegation = page.getByRole('group', { name: 'Delegations' }).locator('tbody tr td');
      expect(await delegation.nth(0).locator('code').getAttribute('title')).to.equal(buyer.payer.toBase58());
      expect(plain(await delegation.nth(1).innerText())).to.equal(formatIo(account.delegatedStake));
      expect(await page.getByRole('group', { name: 'Jobs' }).locator('tbody tr').count()).to.equal(2);
    });
  });

  it('shows where the money of a job is, by the second, until it is over', async () => {
    const before = await jobAccount();
    const moneyNow = (page: Page, name: string): Promise<string> =>
      page
        .locator('#money-now > div', { has: page.locator('dt', { hasText: name }) })
        .locator('dd')
        .innerText();
    await visit(`#/jobs/${job.toBase58()}`, async (page) => {
      await page.locator('#money-now').waitFor();
      expect(plain(await moneyNow(page, 'Paid in'))).to.equal(formatUsdc(before.paidIn));
      expect(plain(await moneyNow(page, 'Paid to the node'))).to.equal(formatUsdc(before.paidToNode));
      const due = await moneyNow(page, 'Due to the node');
      const asUnits = (text: string): bigint => BigInt(Math.round(Number(plain(text)) * 1e6));
      while ((await moneyNow(page, 'Due to the node')) === due) await pause();
      expect(asUnits(await moneyNow(page, 'Due to the node')) > asUnits(due), 'it grows').to.equal(true);

      // At the first second nothing is earned, and the fees are taken.
      await page.getByRole('slider', { name: /^At second/ }).focus();
      await page.keyboard.press('Home');
      const rows = page.getByRole('group', { name: 'Money at this second' }).locator('tbody tr');
      const fees = before.chargedBookingFee + before.chargedHandlingFee;
      const cells = await rows.locator('td.number').allInnerTexts();
      expect(cells.map(plain).map((text) => (text === '' ? '0' : text))).to.deep.equal(
        [0n, 0n, fees, before.compute, before.paidIn].map(formatUsdc),
      );
      expect(await page.getByRole('group', { name: 'Payouts' }).locator('tbody tr').count()).to.equal(1);
      await page.locator('figure svg path.area').nth(3).waitFor({ state: 'attached' });

      await buyer.escrow.endJob({ job });
      const { endedAt, startedAt } = await jobAccount();
      await report(Number(endedAt - startedAt) - 100, endedAt);
      await page.locator('.state-ended').waitFor();
      const after = await jobAccount();
      for (const [name, amount] of [
        ['Paid to the node', after.paidToNode],
        ['Due to the node', 0n],
        ['Fees', after.paidToFees],
        ['Back to the buyer', after.refunded],
      ] as const) {
        expect(plain(await moneyNow(page, name)) || '0', name).to.equal(formatUsdc(amount));
      }
      expect(await page.locator('main').innerText()).to.contain('ended by the buyer');
    });
  });

  it('says what it cannot show', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/#/jobs/${node.toBase58()}`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).to.contain('there is no job of this address');
    await page.goto(`${url}/#/somewhere`);
    await page.getByText('There is no such page').waitFor();
    const search = page.getByLabel('Address of a node or a job');
    await search.fill(job.toBase58());
    await page.keyboard.press('Enter');
    await page.locator('#money-now').waitFor();
    await page.goto(`${url}/`);
    await page.locator('.figures').waitFor();
    await context.setOffline(true);
    await page.getByText('This is no longer up to date').first().waitFor();
    expect(await figure(page, 'Nodes'), 'what was known stays').to.equal('1');
    await context.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be used by everybody: ${colorScheme}`, async () => {
      for (const hash of ['', `#/nodes/${node.toBase58()}`, `#/jobs/${job.toBase58()}`]) {
        const look = async (page: Page): Promise<void> => {
          await page.locator('figure, .calendar').first().waitFor();
          expect(await violations(page), hash).to.deep.equal([]);
        };
        await visit(hash, look, { colorScheme });
      }
    });
  }

  it('fits a phone', async () => {
    for (const hash of ['', `#/nodes/${node.toBase58()}`, `#/jobs/${job.toBase58()}`]) {
      const look = async (page: Page): Promise<void> => {
        await page.locator('figure, .calendar').first().waitFor();
        const [wide, seen] = await page.evaluate<[number, number]>(
          '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
        );
        expect(wide, hash).to.equal(seen);
      };
      await visit(hash, look, { viewport: { width: 360, height: 740 } });
    }
  });
});
