import { type StageEvidence, slotOf } from './evidence.js';

/** The rows of each class a stage decides, most confident first. It depends on the stage alone: sort once. */
export type Order = readonly Int32Array[];

export function orderOf(stage: StageEvidence, width: number): Order {
  const rows = stage.confidence.length;
  const slots = new Int32Array(rows);
  const counts = new Int32Array(width);
  for (let row = 0; row < rows; row++) {
    slots[row] = slotOf(stage, width, row);
    if (slots[row] >= 0) counts[slots[row]]++;
  }
  const order = Array.from(counts, (count) => new Int32Array(count));
  const next = new Int32Array(width);
  for (let row = 0; row < rows; row++) {
    const slot = slots[row];
    if (slot >= 0) order[slot][next[slot]++] = row;
  }
  for (const own of order) sortByConfidence(own, stage.confidence);
  return order;
}

/** Below this many rows the engine's own sort is as fast. */
const FEW = 2048;
/** Buckets by the highest bits of a number from 0 to 1: exponent and six bits. */
const SHIFT = 14;
const BUCKETS = (0x3ff00000 >>> SHIFT) + 1;

/**
 * Sorts rows by falling confidence, equal ones by position: into buckets by the highest bits of
 * 1 - confidence, and each bucket by comparison.
 */
function sortByConfidence(rows: Int32Array, confidence: Float64Array): void {
  const compare = (a: number, b: number) => confidence[b] - confidence[a] || a - b;
  if (rows.length < FEW) {
    rows.sort(compare);
    return;
  }
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  const buckets = new Int32Array(rows.length);
  const starts = new Int32Array(BUCKETS + 1);
  for (let i = 0; i < rows.length; i++) {
    number[0] = 1 - confidence[rows[i]];
    buckets[i] = words[HIGH] >>> SHIFT;
    starts[buckets[i] + 1]++;
  }
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] += starts[b];
  const next = starts.slice();
  const sorted = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) sorted[next[buckets[i]]++] = rows[i];
  for (let b = 0; b < BUCKETS; b++) {
    if (starts[b + 1] - starts[b] > 1) sorted.subarray(starts[b], starts[b + 1]).sort(compare);
  }
  rows.set(sorted);
}

/** Where a double has its highest word. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];
