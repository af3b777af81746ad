import { OracleClient } from '@ionet/node-agent';
import { localnet } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const DAY_MS = 86_400_000;

describe('services: what an agent says to an oracle', () => {
  const realNow = Date.now;
  const sequences: number[] = [];
  let server: Server;

  beforeEach(async () => {
    sequences.length = 0;
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { sequence } = JSON.parse(Buffer.concat(parts).toString()) as { readonly sequence: number };
        sequences.push(sequence);
        response.end(JSON.stringify({ minute: 1, challenges: [] }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    Date.now = realNow;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Of an agent that has just been started. */
  const client = (): OracleClient => {
    const { port } = server.address() as AddressInfo;
    const operator = testKeypair('operator');
    return new OracleClient(`http://127.0.0.1:${port}`, localnet(), operator.publicKey.toBase58(), operator);
  };

  it('has sequences that grow, within a second and over restarts', async () => {
    const before = client();
    for (const now of [1_000, 1_000, 1_000, 1_001]) await before.heartbeat(now, []);
    await client().heartbeat(1_002, []);
    expect(sequences).to.deep.equal([...new Set(sequences)].sort((a, b) => a - b));
    expect(sequences).to.have.length(5);
  });

  it('is taken after the clock of its machine was a day ahead, and was put right', async () => {
    Date.now = () => realNow() + DAY_MS;
    await client().heartbeat(1_000, []);
    Date.now = realNow;
    await client().heartbeat(1_060, []);
    expect(sequences[1]).to.be.greaterThan(sequences[0] ?? Infinity);
  });
});
