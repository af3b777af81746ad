/** A thread that reads the lines of its share of the nodes; `worker-code.ts` is made of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { canonicalForm } from './canonical.js';
import { EventReader, type Share } from './reader.js';
import type { Answer, Order } from './workers.js';

const reader = new EventReader(workerData as Share);

parentPort?.on('message', (order: Order) => {
  const answer = carryOut(order);
  const moved = typeof answer === 'object' && 'canonical' in answer ? [answer.canonical.bytes.buffer] : [];
  parentPort?.postMessage(answer, moved);
});

function carryOut(order: Order): Answer {
  if ('part' in order) {
    reader.addPart(new Uint8Array(order.part, 0, order.length));
    return 'taken';
  }
  if ('file' in order) {
    reader.beginFile(order.file);
    return 'taken';
  }
  if ('startsAt' in order) {
    const form = canonicalForm(reader, order.startsAt);
    let step = form.next();
    while (step.done !== true) step = form.next();
    return { canonical: step.value, problems: reader.problems };
  }
  return reader.finish();
}
