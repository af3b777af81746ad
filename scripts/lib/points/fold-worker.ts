/** A thread that folds parts of files, one after the other as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { type FoldState, PointsFold, type SeasonWindow } from '@ionet/sdk';
import { type FilePart, foldPart } from './parts.js';

/** What a thread is told: to fold a part, or to say what it folded. */
export type FoldOrder = FilePart | 'finish';

/** What it answers. */
export type FoldAnswer =
  | { readonly part: number; readonly lines: number; readonly badLines: number }
  | { readonly state: FoldState };

const fold = new PointsFold(workerData as SeasonWindow);

parentPort?.on('message', (order: FoldOrder) => {
  if (order === 'finish') {
    const state = fold.state();
    parentPort?.postMessage({ state } satisfies FoldAnswer, buffersOf(state));
    parentPort?.close();
  } else {
    const before = fold.badLineCount;
    const lines = foldPart(fold, order);
    const answer: FoldAnswer = { part: order.part, lines, badLines: fold.badLineCount - before };
    parentPort?.postMessage(answer);
  }
});

/** The large arrays of a state, which move to the other thread instead of being copied. */
function buffersOf({ devices, uptime, hired, results }: FoldState): ArrayBuffer[] {
  const { bytes, offsets, firstParts, firstLines, lines, banned } = devices;
  const arrays = [
    ...[bytes, offsets, firstParts, firstLines, lines, banned],
    ...[uptime.devices, uptime.intervals, hired.devices, hired.intervals],
    ...[results.devices, results.keys, results.parts, results.lines],
  ];
  const buffers = arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return [...new Set(buffers)];
}
