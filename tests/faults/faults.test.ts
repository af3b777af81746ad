import { DatabaseGoneError } from '@ionet/service-kit';
import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import {
  connect,
  createServer as createNetServer,
  type AddressInfo,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseProxy } from './database-proxy.js';
import { embeddedDatabase } from './databases.js';
import { CALM, RpcProxy, type FaultRates } from './rpc-proxy.js';
import { scheduleOf } from './schedule.js';

describe('faults: the schedule of a campaign', () => {
  it('is the same for the same seed, and another for another', () => {
    const [one, again, other] = [1n, 1n, 2n].map((seed) => scheduleOf(seed, 40, 8));
    expect(one).to.deep.equal(again);
    expect(one).not.to.deep.equal(other);
  });

  it('kills as often as asked, every service, and does everything else as well', () => {
    const faults = scheduleOf(7n, 200, 9).flat();
    const kills = faults.filter((fault) => fault.kind === 'kill');
    expect(kills).to.have.length(200);
    expect(new Set(kills.map(({ service }) => service)).size).to.equal(9);
    expect(kills.some(({ skewMs }) => skewMs < 0)).to.equal(true);
    expect(kills.some(({ skewMs }) => skewMs > 0)).to.equal(true);
    const weathers = faults.flatMap((fault) => (fault.kind === 'weather' ? [fault.weather] : []));
    expect(new Set(weathers)).to.deep.equal(new Set(['storm', 'slow', 'stale']));
    expect(faults.some(({ kind }) => kind === 'fork')).to.equal(true);
    const gone = faults.flatMap((fault) => (fault.kind === 'database' ? [fault.service] : []));
    expect(new Set(gone).size).to.be.greaterThan(4);
  });

  it('does everything once though it is short', () => {
    for (const seed of [1n, 2n, 3n]) {
      const faults = scheduleOf(seed, 2, 9).flat();
      const kinds = faults.map((fault) => (fault.kind === 'weather' ? fault.weather : fault.kind));
      expect(kinds.filter((kind) => kind === 'kill')).to.have.length(2);
      expect(new Set(kinds)).to.deep.equal(new Set(['kill', 'database', 'storm', 'slow', 'stale', 'fork']));
    }
  });
});

describe('faults: an endpoint that fails', () => {
  let upstream: Server;
  let arrived: number;
  let proxy: RpcProxy;

  beforeEach(async () => {
    arrived = 0;
    upstream = createServer((request, response) => {
      request.resume().on('end', () => {
        arrived += 1;
        const value = { blockhash: `hash ${arrived}`, lastValidBlockHeight: arrived };
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { value } }));
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    proxy = await RpcProxy.open(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`, 1n);
  });
  afterEach(async () => {
    await proxy.close();
    await new Promise((resolve) => upstream.close(resolve));
  });

  const certain = (what: keyof FaultRates): void => {
    proxy.rates = { ...CALM, [what]: 100 };
  };
  const call = async (id = 1): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'getLatestBlockhash', params: [] });
    const response = await fetch(proxy.url, { method: 'POST', body });
    if (!response.ok) return response.status;
    return response.json();
  };
  const outcome = (): Promise<unknown> => call().catch(() => 'no answer');
  const answer = (n: number, id = 1) => ({
    jsonrpc: '2.0',
    id,
    result: { value: { blockhash: `hash ${n}`, lastValidBlockHeight: n } },
  });

  it('passes calls on in calm', async () => {
    expect(await call()).to.deep.equal(answer(1));
    expect(arrived).to.equal(1);
  });

  it('loses calls, and answers of calls that arrived', async () => {
    certain('lostCall');
    expect([await outcome(), arrived]).to.deep.equal(['no answer', 0]);
    certain('lostAnswer');
    expect([await outcome(), arrived]).to.deep.equal(['no answer', 1]);
  });

  it('doubles calls, delays them, and refuses them', async () => {
    certain('doubled');
    expect([await outcome(), arrived]).to.deep.equal([answer(2), 2]);
    certain('delayed');
    expect(await outcome()).to.deep.equal(answer(3));
    certain('refused');
    expect(await outcome()).to.be.oneOf([429, 503]);
    expect(arrived).to.equal(3);
  });

  it('gives a blockhash of long ago as the answer to the newest question', async () => {
    for (let n = 1; n <= 5; n += 1) await call();
    certain('staleBlockhash');
    expect(await call(9)).to.deep.equal(answer(1, 9));
    expect(proxy.counts).to.include({ calls: 6, staleBlockhash: 1 });
  });
});

describe('faults: a database that is gone for a while', () => {
  describe('behind a port', () => {
    let upstream: NetServer;
    let proxy: DatabaseProxy;

    beforeEach(async () => {
      upstream = createNetServer((socket) => {
        // Whose client is cut off.
        socket.on('error', () => undefined).pipe(socket);
      });
      await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
      proxy = await DatabaseProxy.open({
        host: '127.0.0.1',
        port: (upstream.address() as AddressInfo).port,
      });
    });
    afterEach(async () => {
      await proxy.close();
      await new Promise((resolve) => upstream.close(resolve));
    });

    const dial = async (): Promise<Socket> => {
      const socket = connect({ host: '127.0.0.1', port: proxy.port });
      await once(socket, 'connect');
      return socket;
    };
    const echo = async (socket: Socket, word: string): Promise<string> => {
      socket.write(word);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      return answer.toString();
    };

    it('passes everything on in both directions', async () => {
      const [one, other] = await Promise.all([dial(), dial()]);
      expect(await echo(one, 'one')).to.equal('one');
      expect(await echo(other, 'other')).to.equal('other');
      one.destroy();
      other.destroy();
      expect(proxy.broken).to.equal(0);
    });

    it('breaks what is open and refuses what is new, until it is there again at the same port', async () => {
      const socket = await dial();
      expect(await echo(socket, 'before')).to.equal('before');
      const { port } = proxy;
      const ended = once(socket, 'close');
      await proxy.cut();
      await ended;
      expect(proxy.broken).to.equal(1);
      const refused = await dial().catch((error: unknown) => (error as NodeJS.ErrnoException).code);
      expect(refused).to.equal('ECONNREFUSED');
      await proxy.restore();
      expect(proxy.port).to.equal(port);
      const again = await dial();
      expect(await echo(again, 'after')).to.equal('after');
      again.destroy();
    });

    it('ends a connection whose server has ended it', async () => {
      const socket = await dial();
      const ended = once(socket, 'close');
      // What this server echoes to is over when its client says so.
      socket.end();
      await ended;
    });
  });

  it('that is embedded lets nobody begin, names itself, and comes back whole', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'faults-')), 'service');
    const fragile = embeddedDatabase(directory);
    const before = await fragile.open();
    await before.query('CREATE TABLE things (id bigint PRIMARY KEY)');
    await before.query('INSERT INTO things VALUES (7)');
    await before.close();
    await fragile.takeAway();
    expect(fragile.isGone).to.equal(true);
    const refused = await fragile.open().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(DatabaseGoneError);
    expect((refused as Error).message).to.contain(directory);
    await fragile.giveBack();
    const after = await fragile.open();
    expect(await after.query('SELECT id FROM things')).to.deep.equal([{ id: 7n }]);
    await after.close();
    rmSync(dirname(directory), { recursive: true });
  });
});
