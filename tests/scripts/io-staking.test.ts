import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { TEST_CLASSES, testKeypair } from '@ionet/sdk/testing';
import { createProgram } from '../../scripts/io/program.js';
import { findModel, readHardwareModels } from '../../scripts/lib/hardware.js';
import { useMarket } from '../harness/market.js';
import { UNBONDING } from '../harness/staking.js';

describe('io stake minimum', () => {
  async function minimum(devices: string): Promise<string> {
    let written = '';
    const program = createProgram({ width: 100, write: (text) => void (written += text) });
    await program.parseAsync(['stake', 'minimum', '--devices', devices, '--json'], { from: 'user' });
    return (JSON.parse(written) as { total: string }).total;
  }

  it('gives 200 IO a device, times the multiplier where that is above one', async () => {
    expect(await minimum('8xH100')).to.equal('1600000000000');
    expect(await minimum('8xH100,2xRTX-4090')).to.equal('1650000000000');
    expect(await minimum('1xT4')).to.equal('20000000000');
    expect(await minimum('17 x h100')).to.equal('3400000000000');
  });

  it('refuses what is no list of devices', async () => {
    for (const wrong of ['', 'H100', '0xH100', '8xH1000', '8xH100,']) {
      let message = '';
      await minimum(wrong).catch((error: unknown) => (message = String(error)));
      expect(message, wrong).to.match(/--devices/);
    }
  });

  it('has the classes of the test market', () => {
    for (const { name, id, kind, multiplierX100, referencePrice } of TEST_CLASSES) {
      expect(findModel(readHardwareModels(), name)).to.deep.equal({
        id,
        name,
        kind,
        multiplierX100,
        referencePrice,
      });
    }
  });
});

describe('io stake, delegate and the rest', () => {
  const test = useMarket();
  let directory: string;

  before(() => (directory = mkdtempSync(join(tmpdir(), 'io-staking-'))));
  after(() => {
    rmSync(directory, { recursive: true });
  });

  async function io(who: string, ...args: string[]): Promise<Record<string, string>> {
    const file = join(directory, `${who}.json`);
    writeFileSync(file, JSON.stringify([...testKeypair(who).secretKey]));
    let written = '';
    const program = createProgram({
      width: 100,
      write: (text) => void (written += text),
      openTransport: () => test.market.network.transport,
    });
    await program.parseAsync([...args, '--keypair', file, '--yes', '--json'], { from: 'user' });
    return JSON.parse(written) as Record<string, string>;
  }

  it('stakes, delegates, leaves, cancels in part and withdraws', async () => {
    const { market, node } = test;
    const at = ['--node', node.toBase58()];
    const { signature } = await io('owner', 'stake', ...at, '--amount', '1.5');
    expect(signature).to.be.a('string').and.not.equal('');
    await io('buyer', 'delegate', ...at, '--amount', '10');
    const { entry = '', amount } = await io('buyer', 'undelegate', ...at, '--amount', 'all');
    expect(amount).to.equal('1000000000');
    await io('buyer', 'cancel', '--entry', entry, '--amount', '4');
    const owners = await io('owner', 'unstake', ...at, '--amount', '2');
    market.warpBy(UNBONDING);
    const before = market.balances(market.buyer.payer).io;
    expect((await io('buyer', 'withdraw', '--entry', entry)).amount).to.equal('600000000');
    expect(market.balances(market.buyer.payer).io - before).to.equal(600_000_000n);
    expect((await io('owner', 'withdraw', '--entry', owners.entry ?? '')).amount).to.equal('200000000');
  });
});
