import { startLocalnet, type Localnet } from '@ionet/localnet';
import { Connection, Keypair, type PublicKey, type Signer } from '@solana/web3.js';
import { connectionTransport, createClient, localnet, type Client, type Deployment } from '@ionet/sdk';
import { externalNode } from './external-node.js';

/** A network as clients see it: by its ports alone, and by the few cheats that its clock and price need. */
export interface RpcNode {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly deployment: Deployment;
  /** How long a slot takes. */
  readonly slotMs: number;
  /** Moves the clock forward by so many seconds; the price is fresh afterwards. */
  warpBy(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** What a suite works with. */
export interface NodeUnderTest extends RpcNode {
  readonly connection: Connection;
  /** A client of the SDK over the node's port. */
  client(payer: Signer): Client;
  /** A new wallet with SOL, confirmed. */
  wallet(sol?: number): Promise<Keypair>;
}

/** The node of a run against another one than ours, by its address. */
export const EXTERNAL_URL = process.env['RPC_URL'];

const SLOT_MS = 50;
const LAMPORTS = 1_000_000_000;

function ownNode(network: Localnet): RpcNode {
  const { rpcUrl, wsUrl, deployment } = network;
  return {
    rpcUrl,
    wsUrl,
    deployment,
    slotMs: SLOT_MS,
    warpBy: async (seconds) => {
      await rpcCall(rpcUrl, 'ionet_warp', [{ seconds }]);
    },
    stop: () => network.stop(),
  };
}

/** The result of a call by its name; throws what the node answers else. */
export async function rpcCall(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await rawCall(url, { jsonrpc: '2.0', id: 1, method, params });
  const { result, error } = answer as { result?: unknown; error?: { code: number; message: string } };
  if (error !== undefined) throw Object.assign(new Error(error.message), error);
  return result;
}

/** Posts a body as it is, and gives the answer's. */
export async function rawCall(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return response.json();
}

/**
 * Gives a suite a node: our own on a free port, or the one at `RPC_URL`. Call it in a `describe`; read the fields
 * inside tests, which share the node and so use wallets of their own.
 */
export function useNode(): NodeUnderTest {
  let node: RpcNode | undefined;
  let connection: Connection | undefined;
  before(async function () {
    this.timeout(60_000);
    node =
      EXTERNAL_URL === undefined
        ? ownNode(await startLocalnet({ port: 0, slotMs: SLOT_MS }))
        : await externalNode(EXTERNAL_URL, localnet());
  });
  after(async () => {
    if (connection !== undefined) disconnect(connection);
    await node?.stop();
  });

  const get = (): RpcNode => {
    if (node === undefined) throw new Error('the node exists only inside tests');
    return node;
  };
  const connect = (): Connection => {
    const { rpcUrl, wsUrl } = get();
    return (connection ??= new Connection(rpcUrl, { commitment: 'confirmed', wsEndpoint: wsUrl }));
  };
  return {
    get rpcUrl() {
      return get().rpcUrl;
    },
    get wsUrl() {
      return get().wsUrl;
    },
    get deployment() {
      return get().deployment;
    },
    get slotMs() {
      return get().slotMs;
    },
    get connection() {
      return connect();
    },
    warpBy: (seconds) => get().warpBy(seconds),
    stop: () => get().stop(),
    client: (payer) => {
      const pollIntervalMs = Math.max(20, get().slotMs / 2);
      const transport = connectionTransport(connect(), { pollIntervalMs });
      return createClient({ transport, payer, deployment: get().deployment });
    },
    wallet: async (sol = 10) => {
      const keypair = Keypair.generate();
      await airdrop(connect(), keypair.publicKey, sol);
      return keypair;
    },
  };
}

/** Ends a connection's websocket: web3.js would go on looking for a node that is gone, and keep the process alive. */
export function disconnect(connection: Connection): void {
  const { _rpcWebSocket: socket } = connection as unknown as {
    readonly _rpcWebSocket: { close(): void; setAutoReconnect(reconnect: boolean): void };
  };
  socket.setAutoReconnect(false);
  socket.close();
}

/** Gives SOL to an address and waits until it is confirmed, by asking: an answer over a websocket may get lost. */
export async function airdrop(connection: Connection, to: PublicKey, sol: number): Promise<void> {
  const signature = await connection.requestAirdrop(to, sol * LAMPORTS);
  await confirmed(connection, signature);
}

/** Waits until a transaction is confirmed, and gives its error. */
export async function confirmed(connection: Connection, signature: string): Promise<unknown> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const { value } = await connection.getSignatureStatuses([signature]);
    const status = value[0];
    if (status?.confirmationStatus === 'confirmed' || status?.confirmationStatus === 'finalized') {
      return status.err;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${signature} was not confirmed`);
}

/** A test that a Surfpool node cannot pass by its nature; its name says so where it is left out. */
export function itOnOurs(title: string, why: string, run: (this: Mocha.Context) => Promise<void>): void {
  if (EXTERNAL_URL === undefined) it(title, run);
  else it.skip(`${title} (not on a Surfpool node: ${why})`, run);
}
