import type { Elements } from '../../lib/protocol/messages/index.js';
import type { SliceInput } from '../executor.js';
import { bytesIn } from '../rowOctets.js';
import type { QueuedJob } from './job.js';

/** Rows `from` ... `to` - 1 of a job, in a slice. */
export interface JobPiece {
  readonly job: QueuedJob;
  readonly from: number;
  readonly to: number;
}

/**
 * Whether rows of two jobs of one model can share a slice: by one mode, from inputs with the same names, shapes and
 * types.
 */
export function canJoin(
  one: Pick<QueuedJob, 'job' | 'mode'>,
  other: Pick<QueuedJob, 'job' | 'mode'>,
): boolean {
  if (one.mode !== other.mode) return false;
  const { inputs: a } = one.job;
  const { inputs: b } = other.job;
  if (a === b) return true;
  let names = 0;
  for (const name in a) {
    names++;
    if (!Object.hasOwn(b, name) || !isAlike(a[name], b[name])) return false;
  }
  for (const _ in b) names--;
  return names === 0;
}

function isAlike(a: SliceInput, b: SliceInput): boolean {
  if (a.elements.constructor !== b.elements.constructor) return false;
  if (a.rowShape.length !== b.rowShape.length) return false;
  for (let i = 0; i < a.rowShape.length; i++) if (a.rowShape[i] !== b.rowShape[i]) return false;
  return true;
}

/**
 * The inputs of a slice: a job's own or views of them where all rows are of one job, else copies, one after the
 * other.
 */
export function joinInputs(pieces: readonly JobPiece[]): Readonly<Record<string, SliceInput>> {
  const [{ job, from, to }] = pieces;
  const { inputs } = job.job;
  if (pieces.length === 1 && from === 0 && to === job.rows) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { rowShape }]) => {
      const elements = join(pieces, name, rowShape.reduce(product, 1));
      return [name, { elements, rowShape }];
    }),
  );
}

const product = (a: number, b: number) => a * b;

/** @param width elements a row */
function join(pieces: readonly JobPiece[], name: string, width: number): Elements {
  const [first] = pieces;
  const { elements } = first.job.job.inputs[name];
  if (pieces.length === 1) return cut(elements, first.from * width, first.to * width);
  if (!ArrayBuffer.isView(elements)) {
    return pieces.flatMap(({ job, from, to }) => {
      const { elements: own } = job.job.inputs[name];
      return ArrayBuffer.isView(own) ? [] : own.slice(from * width, to * width);
    });
  }
  const rows = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  // Octets are copied, whatever the numbers' type.
  const size = elements.BYTES_PER_ELEMENT * width;
  const octets = new Uint8Array(rows * size);
  let at = 0;
  for (const { job, from, to } of pieces) {
    const { elements: own } = job.job.inputs[name];
    if (!ArrayBuffer.isView(own)) continue;
    octets.set(new Uint8Array(own.buffer, own.byteOffset + from * size, (to - from) * size), at);
    at += (to - from) * size;
  }
  const Kind = KINDS.find((kind) => elements instanceof kind) ?? Uint8Array;
  return new Kind(octets.buffer);
}

const KINDS = [
  Float32Array,
  Float64Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
];

function cut(elements: Elements, from: number, to: number): Elements {
  return ArrayBuffer.isView(elements) ? elements.subarray(from, to) : elements.slice(from, to);
}

/**
 * Octets of `BYTES` in a slice of several rows: what rows take to compute grows with their texts, and a slice is ended
 * where it takes too long.
 */
export const SLICE_OCTETS = 256 * 1024;

/** How many of a job's rows from `sent` on a slice has room for: `most`, or what the octets are enough for. */
export function rowsWithin(
  { job, bytes, sent }: Pick<QueuedJob, 'job' | 'bytes' | 'sent'>,
  most: number,
): number {
  if (bytes <= SLICE_OCTETS) return most;
  let left = SLICE_OCTETS;
  for (let row = 0; row < most; row++) {
    left -= bytesIn(job, sent + row, sent + row + 1);
    if (left < 0) return Math.max(1, row);
  }
  return most;
}
