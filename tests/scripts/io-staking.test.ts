import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pda } from '@ionet/sdk';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { TEST_CLASSES, testKeypair } from '@ionet/sdk/testing';
import { createProgram } from '../../scripts/io/program.js';
import { findModel, readHardwareModels } from '../../scripts/lib/hardware.js';
import { keyFile } from '../harness/key-file.js';
import { useMarket } from '../harness/market.js';
import { DAY, offence, sendRewards, UNBONDING } from '../harness/staking.js';

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

  /** Runs a command as somebody; gives what it writes, and what it says before it signs. */
  async function run(who: string, ...args: string[]): Promise<{ written: string; said: string }> {
    const file = keyFile(directory, who, testKeypair(who));
    let written = '';
    let said = '';
    const program = createProgram({
      width: 120,
      write: (text) => void (written += text),
      warn: (text) => void (said += text),
      openTransport: () => test.market.network.transport,
    });
    await program.parseAsync([...args, '--keypair', file], { from: 'user' });
    return { written, said };
  }

  async function io(who: string, ...args: string[]): Promise<Record<string, string>> {
    const { written } = await run(who, ...args, '--yes', '--json');
    return JSON.parse(written) as Record<string, string>;
  }

  async function failure(act: Promise<unknown>): Promise<string> {
    try {
      await act;
    } catch (error) {
      return String(error);
    }
    throw new Error('it did not fail');
  }

  const fetch = (node = test.node) => test.market.anyone.accounts.staking.node.fetch(node);
  const at = () => ['--node', test.node.toBase58()];

  it('stakes, delegates, leaves, cancels in part and withdraws', async () => {
    const { market } = test;
    const { signature } = await io('owner', 'stake', ...at(), '--amount', '1.5');
    expect(signature).to.be.a('string').and.not.equal('');
    await io('buyer', 'delegate', ...at(), '--amount', '10');
    const { entry = '', amount } = await io('buyer', 'undelegate', ...at(), '--amount', 'all');
    expect(amount).to.equal('1000000000');
    await io('buyer', 'cancel', '--entry', entry, '--amount', '4');
    const owners = await io('owner', 'unstake', ...at(), '--amount', '2');
    market.warpBy(UNBONDING);
    const before = market.balances(market.buyer.payer).io;
    expect((await io('buyer', 'withdraw', '--entry', entry)).amount).to.equal('600000000');
    expect(market.balances(market.buyer.payer).io - before).to.equal(600_000_000n);
    expect((await io('owner', 'withdraw', '--entry', owners.entry ?? '')).amount).to.equal('200000000');
  });

  it('says what becomes of the stake, to the unit', async () => {
    const { said } = await run('owner', 'stake', ...at(), '--amount', '1.5', '--yes');
    const { ownStake } = await fetch();
    const [, counted] = /counted stake +[0-9,.]+ +([0-9,.]+)/.exec(said) ?? [];
    expect(counted?.replace(/[,.]/g, '')).to.equal(ownStake.toString());
  });

  it('claims as owner and as delegator at once, and lets earn what is old enough', async () => {
    const { market, node } = test;
    const delegation = pda.staking.delegation(market.deployment, node, market.owner.payer);
    await market.owner.staking.delegate({ node, amount: 10n ** 9n });
    expect(await failure(io('owner', 'claim', ...at()))).to.contain('nothing to claim');
    market.warpBy(DAY);
    await sendRewards(market, node, 10n ** 10n);
    // The owner's lots begin to earn by the harvest, the delegated one by the claim: all of this reward is the owner's.
    expect(await io('owner', 'claim', ...at())).to.deep.include({
      asOwner: '10000000000',
      asDelegator: '0',
      activated: '1000000000',
    });
    await sendRewards(market, node, 10n ** 10n);
    const before = market.balances(market.owner.payer).io;
    const claimed = await io('owner', 'claim', ...at());
    expect(BigInt(claimed['amount']!)).to.equal(market.balances(market.owner.payer).io - before);
    expect(Number(claimed['asDelegator'])).to.be.above(0);
    const { position } = await market.anyone.accounts.staking.delegation.fetch(delegation);
    expect(position.earningShares).to.equal(10n ** 9n);
  });

  it('closes a delegation with the last that is withdrawn of it', async () => {
    const { market, node } = test;
    await io('buyer', 'delegate', ...at(), '--amount', '10');
    const entries = [
      await io('buyer', 'undelegate', ...at(), '--amount', '4'),
      await io('buyer', 'undelegate', ...at(), '--amount', 'all'),
    ];
    market.warpBy(UNBONDING);
    const left = async () => (await fetch(node)).delegations;
    await io('buyer', 'withdraw', '--entry', entries[0]!['entry']!);
    expect(await left()).to.equal(1);
    await io('buyer', 'withdraw', '--entry', entries[1]!['entry']!);
    expect(await left()).to.equal(0);
  });

  it('registers nodes with the lowest free number, and refuses what is no node', async () => {
    const hardware = ['--class', 'RTX-4090', '--bandwidth', 'medium', '--region', 'us-east'];
    const register = (...args: string[]) => io('owner', 'node', 'register', ...hardware, ...args);
    const made = await register('--devices', '2', '--scheduler', test.market.buyer.payer.toBase58());
    expect(made).to.deep.include({ id: 1, classId: 2, minimumStake: '50000000000' });
    expect(await fetch(new PublicKey(made['node']!))).to.deep.include({
      deviceCount: 2,
      bandwidth: 'medium',
      scheduler: test.market.buyer.payer,
      commissionBps: 0,
    });
    for (const [args, words] of [
      [['--devices', '9'], '--devices must be a whole number from 1 to 8'],
      [['--devices', '1', '--commission', '50.01'], '--commission must be 0 to 50 percent'],
      [['--devices', '1', '--class', 'H1000'], "--class: there is no model 'H1000'"],
      [['--devices', '1', '--bandwidth', 'fast'], 'belowLow'],
      [['--devices', '1', '--operator', 'me'], '--operator must be an address'],
      [['--devices', '1', '--region', 'far-too-long-a-name'], 'at most 16 bytes'],
      [['--devices', '1', '--id', '0'], 'already'],
      [[], '--devices'],
    ] as const) {
      expect(await failure(register(...args))).to.contain(words);
    }
  });

  it('changes a node, shows what becomes of it, and refuses to change nothing', async () => {
    const args = ['node', 'update', ...at(), '--devices', '4', '--scheduler', 'none', '--status', 'paused'];
    const { said } = await run('owner', ...args, '--yes');
    expect(said)
      .to.match(/devices +8 +4\n/)
      .and.to.match(/status +active +paused/);
    expect(said).to.match(/minimum stake +16,000\.00000000 +8,000\.00000000/);
    expect(said).to.not.contain('region');
    const { minimumStake, status, deviceCount } = await fetch();
    expect({ minimumStake, status, deviceCount }).to.deep.equal({
      minimumStake: 800_000_000_000n,
      status: 'paused',
      deviceCount: 4,
    });
    expect(await failure(io('owner', ...args))).to.contain('name what is to be changed');
    expect(await failure(io('owner', 'node', 'update', ...at(), '--status', 'broken'))).to.contain('paused');
  });

  it('raises the commission a week ahead, and cuts it at once', async () => {
    const { market } = test;
    const commission = (percent: string) =>
      io('owner', 'node', 'commission', ...at(), '--commission', percent);
    const raised = await commission('12.34%');
    expect(raised).to.deep.include({
      commissionBps: 1_234,
      appliesAt: (market.network.now() + 7n * BigInt(DAY)).toString(),
    });
    expect(await fetch()).to.deep.include({ commissionBps: 0, pendingCommissionBps: 1_234 });
    await commission('0');
    expect(await fetch()).to.deep.include({ commissionBps: 0, pendingCommissionBps: 0 });
    for (const wrong of ['', '51', '1.234', '-1', 'all']) {
      expect(await failure(commission(wrong)), wrong).to.contain('--commission');
    }
  });

  it('appeals against a slash by the hash of a statement, and lists the case', async () => {
    const { market, node } = test;
    const { accounts } = await market.admin.staking.slash({ ...offence(market, 10n ** 9n), node });
    const slashCase = accounts.slashCase.toBase58();
    const statement = join(directory, 'statement.txt');
    writeFileSync(statement, 'The line was cut.');
    const shown = (await run('owner', 'node', 'show', ...at())).written;
    expect(shown)
      .to.contain(slashCase)
      .and.to.match(/spoofing +open +10\.00000000/);
    const appealed = await io('owner', 'node', 'appeal', '--case', slashCase, '--statement', statement);
    const { state, statementHash } = await market.anyone.accounts.staking.slashCase.fetch(accounts.slashCase);
    expect(state).to.equal('appealed');
    expect(appealed['statementHash']).to.equal(Buffer.from(statementHash).toString('hex'));
    expect(appealed['statementHash']).to.equal(
      createHash('sha256').update('The line was cut.').digest('hex'),
    );
    const missing = io('owner', 'node', 'appeal', '--case', slashCase, '--statement', `${statement}.not`);
    expect(await failure(missing)).to.contain('cannot be read');
  });

  it('closes a node with the empty delegations to it, and says what is left in another', async () => {
    const { market } = test;
    const node = await market.registerNode({ id: 1, stake: 0n });
    const to = ['--node', node.toBase58()];
    await market.owner.staking.stake({ node, amount: 100n });
    await market.buyer.staking.delegate({ node, amount: 100n });
    expect(await failure(io('owner', 'node', 'deregister', ...to))).to.contain(
      'it has stake of yours, delegated stake, 1 delegation;',
    );
    const entries = [
      await market.owner.staking.requestUnstake({ node, amount: 'all' }),
      await market.buyer.staking.undelegate({ node, amount: 'all' }),
    ];
    expect(await failure(io('owner', 'node', 'deregister', ...to))).to.contain('2 entries');
    market.warpBy(UNBONDING);
    for (const { accounts } of entries)
      await market.anyone.staking.withdraw({ unbonding: accounts.unbonding });
    await sendRewards(market, node, 7n);
    expect(await io('owner', 'node', 'deregister', ...to)).to.deep.include({
      amount: '7',
      closedDelegations: 1,
    });
    expect(await market.anyone.accounts.staking.node.fetchMaybe(node)).to.equal(null);
  });

  it('lists the nodes of an owner, and of everybody', async () => {
    const other = test.market.actor('owner 2');
    await test.market.registerNode({ owner: other, id: 0, stake: 0n });
    const mine = (await run('owner', 'node', 'list')).written;
    expect(mine)
      .to.match(/^1 node\n/)
      .and.to.match(/8 x H100 +active/);
    expect((await run('buyer', 'node', 'list')).written).to.equal('0 nodes\n');
    const { nodes } = JSON.parse((await run('buyer', 'node', 'list', '--all', '--json')).written) as {
      nodes: { owner: string }[];
    };
    expect(nodes.map(({ owner }) => owner)).to.have.members(
      [other.payer, test.market.owner.payer].map((key) => key.toBase58()),
    );
  });
});
