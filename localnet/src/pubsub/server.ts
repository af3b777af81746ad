import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { parseBody, readRequest } from '../rpc/dispatch.js';
import { RpcError, errorBody } from '../rpc/errors.js';
import { stringify, type Json } from '../rpc/json.js';
import type { RpcContext } from '../rpc/method.js';
import { Subscriptions } from './subscriptions.js';

const MAX_PAYLOAD = 1024 * 1024;

/** The subscriptions interface over websockets, on a server's port. */
export function pubsubServer(context: RpcContext, server: Server): WebSocketServer {
  const sockets = new WebSocketServer({ server, maxPayload: MAX_PAYLOAD });
  sockets.on('connection', (socket) => {
    serve(context, socket);
  });
  return sockets;
}

function serve(context: RpcContext, socket: WebSocket): void {
  const send = (text: string): void => {
    if (socket.readyState === socket.OPEN) socket.send(text);
  };
  const subscriptions = new Subscriptions(context, (method, params) => {
    send(stringify({ jsonrpc: '2.0', method, params }));
  });
  const unsubscribe = context.chain.subscribe(subscriptions);
  socket.on('close', unsubscribe);
  // A client that breaks off is told of by 'close' as well.
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    const value = parseBody(data.toString('utf8'));
    if (value instanceof RpcError) {
      send(errorBody(null, value));
      return;
    }
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      receive(subscriptions, one, send);
  });
}

function receive(subscriptions: Subscriptions, value: unknown, send: (text: string) => void): void {
  let id: Json = null;
  try {
    const request = readRequest(value);
    id = request.id;
    // web3.js keeps the connection alive by notifications named ping.
    if (id === undefined) return;
    const { result, afterwards } = subscriptions.answer(request.method, request.params);
    send(stringify({ jsonrpc: '2.0', result, id }));
    afterwards();
  } catch (error) {
    if (id !== undefined) send(errorBody(id, error));
  }
}
