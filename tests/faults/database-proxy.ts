import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** A port between a service and its database server, which can be gone: what is open breaks, what is new is refused. */
export class DatabaseProxy {
  /** Connections that broke because it went. */
  broken = 0;
  readonly #upstream: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  private constructor(upstream: { readonly host: string; readonly port: number }) {
    this.#upstream = upstream;
  }

  static async open(upstream: { readonly host: string; readonly port: number }): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(upstream);
    await proxy.restore();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** The server is gone, as far as who uses this port can tell. */
  async cut(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = new Promise((resolve) => server.close(resolve));
    // Each connection is two of them.
    this.broken += this.#sockets.size / 2;
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** It is there again, at the same port. */
  async restore(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((socket) => {
      this.#join(socket, connect(this.#upstream));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, HOST, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    await this.cut();
  }

  #join(one: Socket, other: Socket): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      // How it ended is told to the other side by its end.
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
