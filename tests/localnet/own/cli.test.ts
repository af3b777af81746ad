import { ConfigError, parseOptions, startLocalnet } from '@ionet/localnet';
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { runScript } from '../../scripts/spawn.js';

const SCRIPT = 'localnet/src/main.ts';

describe('npm run localnet', function () {
  this.timeout(60_000);

  it('explains itself', () => {
    const { code, stdout } = runScript(SCRIPT, '--help');
    expect(code).to.equal(0);
    for (const option of ['--port', '--ws-port', '--slot-time', '--ledger', '--keys']) {
      expect(stdout).to.contain(option);
    }
  });

  for (const [options, words] of [
    [{ port: 'x' }, '--port: '],
    [{ wsPort: 70_000 }, '--ws-port: '],
    [{ slotMs: 1 }, '--slot-time: '],
    [{ historyBlocks: 3 }, '--history: '],
    [{ ledger: '' }, '--ledger: '],
  ] as const) {
    it(`names an option that is wrong by ${words}`, () => {
      expect(() => parseOptions(options)).to.throw(ConfigError, words);
    });
  }

  it('exits with 2 when used wrongly', () => {
    const { code, stdout, stderr } = runScript(SCRIPT, '--prot', '1');
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.contain("unknown option '--prot'");
  });

  it('names a port that is in use, and the option', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const first: unknown = await startLocalnet({ port }).catch((one: unknown) => one);
      expect(first).to.be.instanceOf(ConfigError);
      expect(String(first)).to.contain(`port ${port} of 127.0.0.1 is in use: name another with --port`);
      const second: unknown = await startLocalnet({ port: 0, wsPort: port }).catch((one: unknown) => one);
      expect(String(second)).to.contain('--ws-port');
    } finally {
      other.close();
    }
  });

  it('says where everything is, and stops when it is told to', async () => {
    const args = ['--import=tsx', '--conditions=ionet-source', SCRIPT, '--port=0'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    const errors: Buffer[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data));
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.trim().startsWith('faucet')) child.kill('SIGTERM');
    }
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).to.equal(0);
    expect(Buffer.concat(errors).toString('utf8')).to.equal('');
    const text = lines.join('\n');
    for (const words of ['http://127.0.0.1:', 'ws://127.0.0.1:', 'IO mint', 'escrow', 'buyer']) {
      expect(text).to.contain(words);
    }
  });
});
