import type { TransferListItem } from 'node:worker_threads';
import { serveTasks } from '../../../util/workers/index.js';
import { doTask, type FitAnswer, type FitTask } from '../index.js';

serveTasks<FitTask, FitAnswer>(doTask, movable);

/** Buffers that nothing else lies in. */
function movable({ state, scores }: FitAnswer): readonly TransferListItem[] {
  const arrays = [...scores, ...Object.values(state?.tensors ?? {})];
  const buffers = new Set<TransferListItem>();
  for (const { buffer, byteLength } of arrays) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffers.add(buffer);
  }
  return [...buffers];
}
