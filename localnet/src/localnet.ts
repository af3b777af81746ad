import { createClient, connectionTransport, type Client, type Deployment } from '@ionet/sdk';
import { testKeypair } from '@ionet/sdk/testing';
import { Connection, type Signer } from '@solana/web3.js';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { WebSocketServer } from 'ws';
import { Chain } from './chain/chain.js';
import { ConfigError, parseOptions, type LocalnetOptions, type LocalnetSettings } from './config.js';
import { DEPLOYMENT, GENESIS_HASH, genesis } from './genesis.js';
import { Ledger } from './ledger/ledger.js';
import { PriceFeed } from './price-feed.js';
import { pubsubServer } from './pubsub/server.js';
import type { RpcContext } from './rpc/method.js';
import { rpcServer } from './rpc/server.js';
import { writeWallets } from './wallets.js';

const SNAPSHOT_BLOCKS = 2_000;
const SNAPSHOT_BYTES = 64 * 1024 * 1024;
const PORT_ATTEMPTS = 20;

/** A network that runs; {@link Localnet.stop} ends it. */
export interface Localnet {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly deployment: Deployment;
  readonly chain: Chain;
  readonly prices: PriceFeed;
  /** Where the wallets' keypair files are, `null` where none were written. */
  readonly keys: string | null;
  /** A web3.js connection to this network. */
  connection(): Connection;
  /** A client of the SDK over this network's port. */
  client(payer: Signer): Client;
  /** Moves the clock by so many seconds, and the slots with it. */
  warpBy(seconds: number): void;
  /** Closes the ports and the open block, and with a ledger writes the last snapshot. */
  stop(): Promise<void>;
}

/**
 * Starts a local network: a chain with the marketplace on it, behind a JSON-RPC and a websocket port.
 *
 * @example
 * ```ts
 * import { startLocalnet, WALLETS } from '@ionet/localnet';
 *
 * const network = await startLocalnet({ port: 0 });
 * const buyer = network.client(WALLETS.buyer.keypair);
 * await network.stop();
 * ```
 */
export async function startLocalnet(options: LocalnetOptions = {}): Promise<Localnet> {
  const settings = parseOptions(options);
  const ledger =
    settings.ledger === null
      ? null
      : Ledger.open(settings.ledger, GENESIS_HASH, {
          blocks: SNAPSHOT_BLOCKS,
          bytes: SNAPSHOT_BYTES,
          history: settings.historyBlocks,
        });
  try {
    return await start(settings, ledger);
  } catch (error) {
    ledger?.close();
    throw error;
  }
}

async function start(settings: LocalnetSettings, ledger: Ledger | null): Promise<Localnet> {
  const { slotMs, historyBlocks } = settings;
  const earlier = ledger?.load() ?? null;
  const from = earlier?.start ?? (await genesis());
  if (earlier === null) ledger?.begin(from);
  const chain = new Chain({
    start: from,
    records: earlier?.records ?? [],
    slotMs,
    historyBlocks,
    store: ledger,
  });
  const prices = new PriceFeed(chain, DEPLOYMENT);
  const keys = settings.keys ?? (settings.ledger === null ? null : join(settings.ledger, 'keys'));
  if (keys !== null) await writeWallets(keys);

  const context: RpcContext = {
    chain,
    prices,
    deployment: DEPLOYMENT,
    genesisHash: GENESIS_HASH,
    identity: testKeypair('validator').publicKey.toBase58(),
    calls: new Map(),
  };
  const { http, websocket } = await listen(context, settings);
  const sockets = pubsubServer(context, websocket);
  const rpcUrl = `http://${settings.host}:${portOf(http)}`;
  const wsUrl = `ws://${settings.host}:${portOf(websocket)}`;

  const timer = setInterval(() => {
    chain.tick();
    ledger?.checkpoint(chain);
  }, slotMs);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await Promise.all([closeServer(http), closePubsub(sockets, websocket)]);
    chain.tick();
    ledger?.checkpoint(chain, true);
    ledger?.close();
  };

  return {
    rpcUrl,
    wsUrl,
    deployment: DEPLOYMENT,
    chain,
    prices,
    keys,
    connection: () => new Connection(rpcUrl, { commitment: 'confirmed', wsEndpoint: wsUrl }),
    client: (payer) =>
      createClient({
        transport: connectionTransport(
          new Connection(rpcUrl, { commitment: 'confirmed', wsEndpoint: wsUrl }),
          {
            pollIntervalMs: Math.max(20, Math.floor(slotMs / 2)),
          },
        ),
        payer,
        deployment: DEPLOYMENT,
      }),
    warpBy: (seconds) => {
      chain.warp(seconds * 1000);
    },
    stop: () => (stopped ??= stop()),
  };
}

/** Opens both ports. Where the first is left to the machine, the second follows it: clients look for it there. */
async function listen(
  context: RpcContext,
  { host, port, wsPort }: LocalnetSettings,
): Promise<{ readonly http: Server; readonly websocket: Server }> {
  for (let attempt = 1; ; attempt += 1) {
    const http = rpcServer(context);
    await listenOn(http, host, port, '--port');
    const websocket = createServer((_request, response) => {
      response.writeHead(426).end('websockets only\n');
    });
    try {
      await listenOn(websocket, host, wsPort ?? portOf(http) + 1, '--ws-port');
      return { http, websocket };
    } catch (error) {
      await closeServer(http);
      if (port !== 0 || wsPort !== null || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function listenOn(server: Server, host: string, port: number, option: string): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new ConfigError(`port ${port} of ${host} is in use: name another with ${option}`, { cause });
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConfigError(`${host}:${port} cannot be listened on: name another --host or ${option}`, {
        cause,
      });
    }
    throw cause;
  }
}

function portOf(server: Server): number {
  // A listening TCP server has an address of this form.
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  server.closeAllConnections();
  await closed;
}

async function closePubsub(sockets: WebSocketServer, server: Server): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  await new Promise<void>((resolve) => {
    sockets.close(() => {
      resolve();
    });
  });
  await closeServer(server);
}
