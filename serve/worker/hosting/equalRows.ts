import type { ModelAnswer } from './hostedModel.js';
import type { PackedInput, PackedSlice } from './packing.js';

/** A batch's rows, each content once. */
export interface DistinctRows {
  /** The first position of each. */
  readonly rows: Int32Array;
  /** For each row of the batch, its position in `rows`. */
  readonly of: Int32Array;
}

/** @returns undefined if no two rows are the same, octet for octet */
export function distinctRows({ inputs, rows: count }: PackedSlice): DistinctRows | undefined {
  if (count < 2) return undefined;
  const columns = Object.values(inputs).map(octetsOf);
  const hashes = new Int32Array(count);
  for (const column of columns)
    for (let row = 0; row < count; row++) hashes[row] = sampled(column, row, hashes[row]);
  const unsure = alikeIn(hashes);
  if (unsure.length === 0) return undefined;
  for (const column of columns) for (const row of unsure) hashes[row] = hashed(column, row, hashes[row]);
  const firsts = new Map<number, number[]>();
  const rows: number[] = [];
  const of = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const alike = firsts.get(hashes[row]);
    const same = alike?.find((at) => columns.every((column) => isSame(column, rows[at], row)));
    of[row] = same ?? rows.length;
    if (same !== undefined) continue;
    if (alike === undefined) firsts.set(hashes[row], [rows.length]);
    else alike.push(rows.length);
    rows.push(row);
  }
  return rows.length === count ? undefined : { rows: Int32Array.from(rows), of };
}

/** Octets of a row in its sample. Reading all of them takes as long as parsing them. */
const SAMPLE = 16;

/** FNV-1a of a row's length and some of its octets: rows without a sample in common differ. */
function sampled({ octets, start, end }: Octets, row: number, before: number): number {
  const from = start(row);
  const length = end(row) - from;
  let hash = Math.imul(before ^ length, PRIME);
  const step = Math.max(1, Math.floor(length / SAMPLE));
  for (let at = from; at < from + length; at += step) hash = Math.imul(hash ^ octets[at], PRIME);
  return hash;
}

function hashed({ octets, start, end }: Octets, row: number, before: number): number {
  const to = end(row);
  let hash = before;
  for (let at = start(row); at < to; at++) hash = Math.imul(hash ^ octets[at], PRIME);
  return hash;
}

const PRIME = 0x01000193;

/** Rows whose hash another one has as well. */
function alikeIn(hashes: Int32Array): number[] {
  const firsts = new Map<number, number>();
  const alike = new Set<number>();
  for (let row = 0; row < hashes.length; row++) {
    const first = firsts.get(hashes[row]);
    if (first === undefined) firsts.set(hashes[row], row);
    else alike.add(first).add(row);
  }
  return [...alike];
}

/** Answers to all rows from those to distinct ones. @param width scores a row */
export function expanded(answer: ModelAnswer, of: Int32Array, width: number): ModelAnswer {
  const { answers, scores, exits, degraded } = answer;
  const all = {
    ...answer,
    answers: Float64Array.from(of, (row) => answers[row]),
    exits: Uint8Array.from(of, (row) => exits[row]),
    degraded: Uint8Array.from(of, (row) => degraded[row]),
  };
  if (scores.length === 0) return all;
  const each = new Float64Array(of.length * width);
  for (const [i, row] of of.entries()) each.set(scores.subarray(row * width, (row + 1) * width), i * width);
  return { ...all, scores: each };
}

/** Where the octets of rows lie. */
interface Octets {
  readonly octets: Uint8Array;
  start(row: number): number;
  end(row: number): number;
}

function octetsOf({ elements, rowShape }: PackedInput): Octets {
  const each = rowShape.reduce((product, size) => product * size, 1);
  if ('octets' in elements) {
    const { octets, ends } = elements;
    const endOf = (element: number) => (element === 0 ? 0 : ends[element - 1]);
    return { octets, start: (row) => endOf(row * each), end: (row) => endOf((row + 1) * each) };
  }
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = elements;
  const size = each * BYTES_PER_ELEMENT;
  const octets = new Uint8Array(buffer, byteOffset, byteLength);
  return { octets, start: (row) => row * size, end: (row) => (row + 1) * size };
}

function isSame({ octets, start, end }: Octets, a: number, b: number): boolean {
  const [from, length] = [start(a), end(a) - start(a)];
  const to = start(b);
  if (end(b) - to !== length) return false;
  for (let i = 0; i < length; i++) if (octets[from + i] !== octets[to + i]) return false;
  return true;
}
