import type { SliceInput } from './executor.js';

/** Rows, as slices and requests have them. */
interface Rows {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, SliceInput>>;
}

/** Octets of `BYTES` in the rows `from` ... `to` - 1. */
export function bytesIn({ inputs, rows }: Rows, from: number, to: number): number {
  let octets = 0;
  for (const name in inputs) {
    const { elements } = inputs[name];
    if (ArrayBuffer.isView(elements)) continue;
    const width = elements.length / rows;
    for (let i = from * width; i < to * width; i++) octets += elements[i].length;
  }
  return octets;
}

/** Octets of inputs, as they are held. */
export function inputOctets({ inputs }: Pick<Rows, 'inputs'>): number {
  let octets = 0;
  for (const name in inputs) {
    const { elements } = inputs[name];
    if (ArrayBuffer.isView(elements)) octets += elements.byteLength;
    else for (let i = 0; i < elements.length; i++) octets += elements[i].length + OVERHEAD;
  }
  return octets;
}

/** Octets of a small array beside its content. */
const OVERHEAD = 96;
