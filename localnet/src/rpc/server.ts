import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answer } from './dispatch.js';
import type { RpcContext } from './method.js';

/** Enough for a program in a cheat call. */
const MAX_BODY = 32 * 1024 * 1024;

const KEEP_ALIVE_MS = 120_000;

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
};

/** The JSON-RPC interface over HTTP. */
export function rpcServer(context: RpcContext): Server {
  const server = createServer((request, response) => {
    void serve(context, request, response);
  });
  // Longer than clients keep an idle connection: one that is closed under a request fails it.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function serve(context: RpcContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'OPTIONS') respond(response, 204, '');
  else if (request.method === 'GET' && request.url === '/health') respond(response, 200, 'ok', 'text/plain');
  else if (request.method === 'GET' && request.url === '/metrics')
    respond(response, 200, metricsOf(context), 'text/plain; version=0.0.4');
  else if (request.method !== 'POST') respond(response, 405, 'JSON-RPC is spoken by POST\n', 'text/plain');
  else {
    const body = await readBody(request);
    if (body === null) respond(response, 413, 'the request is too large\n', 'text/plain');
    else respond(response, 200, answer(context, body) ?? '');
  }
}

/** How often each method was called, in Prometheus' text format. */
function metricsOf({ calls }: RpcContext): string {
  const samples = [...calls].map(([method, count]) => `ionet_rpc_calls_total{method="${method}"} ${count}\n`);
  return `# TYPE ionet_rpc_calls_total counter\n${samples.join('')}`;
}

/** The body, `null` where it is too large; empty where the client went away, who reads no answer either. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size <= MAX_BODY) parts.push(part);
    }
  } catch {
    return '';
  }
  return size > MAX_BODY ? null : Buffer.concat(parts).toString('utf8');
}

function respond(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
  response.writeHead(status, { ...CORS, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
