import { WALLETS } from '@ionet/localnet';
import { mintToInstruction, parseIo, pda, tokenAddress, type Client } from '@ionet/sdk';
import { mintTokens } from '@ionet/sdk/testing';
import { PublicKey, type Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '../../scripts/io/program.js';
import { keyFile } from '../harness/key-file.js';
import { useNode } from '../harness/rpc-node.js';
import { DAY, UNBONDING } from '../harness/staking.js';

describe('local network: the life of a node by the command line, over its port', () => {
  const network = useNode();
  let directory: string;
  before(() => (directory = mkdtempSync(join(tmpdir(), 'node-life-'))));
  after(() => {
    rmSync(directory, { recursive: true });
  });

  interface Holder {
    readonly client: Client;
    readonly file: string;
  }

  /** Somebody with SOL and IO, and his keypair file. */
  async function holder(io: string): Promise<Holder> {
    const keypair: Keypair = await network.wallet();
    const file = keyFile(directory, keypair.publicKey.toBase58(), keypair);
    await mintTokens(network.client(WALLETS.admin.keypair), {
      mint: network.deployment.ioMint,
      mintAuthority: WALLETS.mintAuthority.keypair,
      owner: keypair.publicKey,
      amount: parseIo(io),
    });
    return { client: network.client(keypair), file };
  }

  const argumentsOf = (who: Holder, args: readonly string[]): string[] => [
    ...args,
    ...['--url', network.rpcUrl, '--keypair', who.file],
  ];

  /** Runs a command as its reader sees it: what it writes, and what it says before it signs. */
  async function run(who: Holder, ...args: string[]): Promise<{ written: string; said: string }> {
    let written = '';
    let said = '';
    const program = createProgram({
      width: 120,
      write: (text) => void (written += text),
      warn: (text) => void (said += text),
    });
    await program.parseAsync(argumentsOf(who, args), { from: 'user' });
    return { written, said };
  }

  /** Runs a command and reads the object that it prints. */
  async function json(who: Holder, ...args: string[]): Promise<Record<string, unknown>> {
    const { written } = await run(who, ...args, '--json');
    return JSON.parse(written) as Record<string, unknown>;
  }

  const signed = (who: Holder, ...args: string[]) => json(who, ...args, '--yes');

  async function failure(act: Promise<unknown>): Promise<string> {
    try {
      await act;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    throw new Error('it did not fail');
  }

  async function ioOf({ client }: Holder): Promise<bigint> {
    const account = tokenAddress(network.deployment.ioMint, client.payer);
    const { value } = await network.connection.getTokenAccountBalance(account);
    return BigInt(value.amount);
  }

  it('registers, stakes, takes a delegation, earns, unstakes, cancels, withdraws and closes', async () => {
    const [owner, delegator] = await Promise.all([holder('3000'), holder('500')]);
    const start = { owner: await ioOf(owner), delegator: await ioOf(delegator) };
    const hardware = ['--class', 'h100', '--devices', '1', '--bandwidth', 'high', '--region', 'eu-west'];
    const registered = await signed(owner, 'node', 'register', ...hardware, '--commission', '7.5');
    const address = registered['node'] as string;
    const at = ['--node', address];
    const node = new PublicKey(address);
    expect(registered).to.deep.include({ id: 0, classId: 1, devices: 1, minimumStake: '200000000000' });
    const fetch = () => owner.client.accounts.staking.node.fetch(node);
    expect(await fetch()).to.deep.include({ owner: owner.client.payer, commissionBps: 750, deviceCount: 1 });

    const staked = await run(owner, 'stake', ...at, '--amount', '2500', '--yes');
    expect(staked.said).to.match(/stake of the owner\s+0\.00000000\s+2,500\.00000000/);
    expect(staked.said).to.match(/counted stake\s+0\.00000000\s+2,500\.00000000/);
    expect(staked.written).to.match(/^done: \w+\n$/);
    await signed(delegator, 'delegate', ...at, '--amount', '250');
    const listed = await json(owner, 'node', 'list');
    expect((listed['nodes'] as Record<string, unknown>[])[0]).to.deep.include({
      node: address,
      model: 'H100',
      countedStake: parseIo('2750').toString(),
    });

    // A day later what was staked and delegated may earn; what was delegated begins to when it is claimed.
    await network.warpBy(DAY);
    const reward = async (amount: bigint) => {
      const { deployment } = network;
      const { keypair } = WALLETS.mintAuthority;
      const vault = pda.staking.rewardVault(deployment, node);
      await network.client(WALLETS.admin.keypair).send({
        instructions: [mintToInstruction(deployment.ioMint, vault, keypair.publicKey, amount)],
        signers: [keypair],
        accounts: {},
      });
    };
    expect(await signed(delegator, 'claim', ...at)).to.deep.include({
      amount: '0',
      activated: parseIo('250').toString(),
    });
    await reward(parseIo('11'));
    // 11 IO at 250 of 2,750 are 1 IO, less 7.5 percent; of its last unit a fraction waits for the next reward.
    const shown = await json(delegator, 'node', 'show', ...at);
    expect(shown['delegation']).to.deep.include({ earning: '25000000000', claimable: '92499999' });
    expect(await failure(run(delegator, 'stake', ...at, '--amount', '1', '--yes'))).to.match(/owner/);
    expect(await signed(delegator, 'claim', ...at)).to.deep.include({ amount: '92499999' });
    expect(await signed(owner, 'claim', ...at)).to.deep.include({ amount: '1007500000' });

    await signed(owner, 'node', 'update', ...at, '--status', 'paused', '--region', 'eu-north');
    expect(await fetch()).to.deep.include({ status: 'paused' });
    await signed(owner, 'node', 'commission', ...at, '--commission', '5');
    expect(await fetch()).to.deep.include({ commissionBps: 500 });

    const left = await signed(delegator, 'undelegate', ...at, '--amount', 'all');
    const first = await signed(owner, 'unstake', ...at, '--amount', '1000');
    const entry = ['--entry', first['entry'] as string];
    await signed(owner, 'cancel', ...entry, '--amount', '400');
    const table = (await run(owner, 'node', 'show', ...at)).written;
    expect(table).to.match(/own stake\s+1,900\.00000000/);
    expect(table).to.contain(first['entry']);
    expect(await failure(run(owner, 'withdraw', ...entry, '--yes'))).to.match(/can be withdrawn from \d{4}-/);
    const second = await signed(owner, 'unstake', ...at, '--amount', 'all');
    await network.warpBy(UNBONDING);
    expect(await signed(delegator, 'withdraw', '--entry', left['entry'] as string)).to.deep.include({
      amount: parseIo('250').toString(),
    });
    expect(await signed(owner, 'withdraw', ...entry)).to.deep.include({ amount: parseIo('600').toString() });
    expect(await failure(run(owner, 'node', 'deregister', ...at, '--yes'))).to.match(/has stake of yours/);
    await signed(owner, 'withdraw', '--entry', second['entry'] as string);
    // The fractions that the delegation has left behind make a unit.
    expect(await signed(owner, 'node', 'deregister', ...at)).to.deep.include({ amount: '1' });

    expect(await owner.client.accounts.staking.node.fetchMaybe(node)).to.equal(null);
    expect(await json(owner, 'node', 'list')).to.deep.equal({ nodes: [] });
    expect((await ioOf(owner)) - start.owner).to.equal(1_007_500_001n);
    expect((await ioOf(delegator)) - start.delegator).to.equal(92_499_999n);
  }).timeout(120_000);

  it('signs nothing where nobody is there to say yes', async () => {
    const who = await holder('1');
    const args = [
      'node',
      'register',
      '--class',
      '1',
      '--devices',
      '1',
      '--bandwidth',
      'low',
      '--region',
      'eu',
    ];
    const script = ['--import=tsx', '--conditions=ionet-source', 'scripts/io/main.ts'];
    const child = spawn(process.execPath, [...script, ...argumentsOf(who, args)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).to.equal(2);
    expect(said).to.match(/This registers node \w+.*\n.*give --yes/s);
    expect(await who.client.accounts.staking.node.findAll({ owner: who.client.payer })).to.deep.equal([]);
  }).timeout(60_000);
});
