import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
