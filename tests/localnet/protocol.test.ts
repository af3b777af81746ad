import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { samplesOf, total } from '../../scripts/dev/metrics.js';
import { itOnOurs, rawCall, rpcCall, useNode } from '../harness/rpc-node.js';

describe('local network: protocol', () => {
  const node = useNode();
  const request = (method: string, params: readonly unknown[] = [], id: unknown = 1): object => ({
    jsonrpc: '2.0',
    id,
    method,
    params,
  });
  const codeOf = async (body: unknown): Promise<number | undefined> => {
    const { error } = (await rawCall(node.rpcUrl, body)) as { error?: { code: number } };
    return error?.code;
  };

  it('answers requests one by one and in batches', async () => {
    expect(await rawCall(node.rpcUrl, request('getHealth', [], 'a'))).to.deep.equal({
      jsonrpc: '2.0',
      result: 'ok',
      id: 'a',
    });
    const batch = [request('getHealth', [], 1), request('noSuchMethod', [], 2), request('getSlot', [], 3)];
    const answers = (await rawCall(node.rpcUrl, batch)) as { id: number; result?: unknown; error?: object }[];
    expect(answers.map(({ id }) => id)).to.have.members([1, 2, 3]);
    expect(answers.find(({ id }) => id === 2)?.error).to.include({ code: -32601 });
    expect(answers.find(({ id }) => id === 3)?.result).to.be.a('number');
  });

  it('says what is wrong with a request', async () => {
    expect(await codeOf('{"jsonrpc":')).to.equal(-32700);
    expect(await codeOf({ id: 1, method: 5 })).to.be.oneOf([-32600, -32700]);
    expect(await codeOf(request('noSuchMethod'))).to.equal(-32601);
    for (const [method, params] of [
      ['getBalance', []],
      ['getBalance', ['not an address']],
      ['getSignatureStatuses', [['short']]],
      ['getTokenSupply', [Keypair.generate().publicKey.toBase58()]],
    ] as const) {
      expect(await codeOf(request(method, params)), JSON.stringify(params)).to.equal(-32602);
    }
  });

  itOnOurs('refuses what is too much or too late', 'its limits are others', async () => {
    const { publicKey } = Keypair.generate();
    expect(await codeOf([])).to.equal(-32600);
    expect((await node.connection.getSupply()).value.total).to.be.greaterThan(0);
    expect(await codeOf(request('getBalance', [publicKey.toBase58(), { commitment: 'hopeful' }]))).to.equal(
      -32602,
    );
    const many = Array.from({ length: 101 }, () => publicKey.toBase58());
    expect(await codeOf(request('getMultipleAccounts', [many]))).to.equal(-32602);
    expect(await codeOf(request('getSlot', [{ minContextSlot: 1_000_000 }]))).to.equal(-32016);
    expect(await codeOf(request('getSlot', [{}, 1]))).to.equal(-32602);
    const config = { encoding: 'base58', commitment: 'confirmed' };
    const { usdcMint, programs } = node.deployment;
    expect(await codeOf(request('getAccountInfo', [usdcMint.toBase58(), config]))).to.equal(undefined);
    const [account] = await node.connection.getProgramAccounts(programs.oracle);
    expect(await codeOf(request('getAccountInfo', [account?.pubkey.toBase58(), config]))).to.equal(-32600);
  });

  it('lets browsers in', async () => {
    const preflight = await fetch(node.rpcUrl, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,solana-client',
      },
    });
    expect(preflight.ok).to.equal(true);
    const allowed = preflight.headers.get('access-control-allow-origin');
    expect(['*', 'http://localhost:3000']).to.include(allowed);
  });

  itOnOurs('is found healthy by a plain request', 'it answers posts alone', async () => {
    const response = await fetch(`${node.rpcUrl}/health`);
    expect(await response.text()).to.equal('ok');
  });

  itOnOurs('counts how often each method is called', 'it has no metrics', async () => {
    const counted = async (): Promise<number> =>
      total(
        (await samplesOf(node.rpcUrl, 'ionet_rpc_calls_total')).filter(
          ({ labels }) => labels['method'] === 'getIdentity',
        ),
      );
    const before = await counted();
    for (let call = 0; call < 3; call += 1) await rpcCall(node.rpcUrl, 'getIdentity', []);
    expect(await counted()).to.equal(before + 3);
  });

  it('knows what clients ask of a cluster', async () => {
    const { connection } = node;
    expect(await connection.getVersion()).to.have.property('solana-core');
    expect(await connection.getGenesisHash()).to.be.a('string');
    const info = await connection.getEpochInfo();
    expect(info.absoluteSlot).to.be.at.least(info.slotIndex);
    expect((await connection.getEpochSchedule()).slotsPerEpoch).to.be.greaterThan(0);
    expect(await connection.getSlot('processed')).to.be.at.least(await connection.getSlot('finalized'));
    // A network that was just started has no final block yet but its first one, whose height is 0.
    const finalHeight = await connection.getBlockHeight('finalized');
    expect(await connection.getBlockHeight('processed')).to.be.greaterThan(finalHeight);
    expect(await connection.getTransactionCount()).to.be.at.least(0);
    expect((await connection.getSupply()).value.total).to.be.a('number');
    expect((await connection.getVoteAccounts()).delinquent).to.deep.equal([]);
    expect(await rpcCall(node.rpcUrl, 'getIdentity', [])).to.have.property('identity');
    expect(await connection.getInflationGovernor()).to.have.property('terminal');
    expect(await connection.getFirstAvailableBlock()).to.be.at.least(0);
    expect(await connection.getRecentPerformanceSamples(1)).to.be.an('array');
    const { value } = await connection.getLatestBlockhashAndContext();
    expect((await connection.isBlockhashValid(value.blockhash)).value).to.equal(true);
  });

  itOnOurs(
    'is the cluster that oracle signatures are bound to',
    'it has a genesis hash of its own',
    async () => {
      const { clusterTag } = node.deployment;
      const { PublicKey } = await import('@solana/web3.js');
      expect(await node.connection.getGenesisHash()).to.equal(new PublicKey(clusterTag).toBase58());
    },
  );
});
