import type { Source, Transform } from './view.js';

/** `sources.ts` as `spillway/runtime` has it, which has no columns. */

export function readsOf<Row>(source: Source<Row, unknown>): readonly Transform<Row, unknown>[] {
  return typeof source === 'function' ? [] : [source];
}

export function accessorOf<Row>(source: Source<Row, unknown>): ((row: Row) => unknown) | undefined {
  return typeof source === 'function' ? source : undefined;
}

export function checkAllOf(): undefined {}
export function statedSource(): undefined {}
export function stepsOf(): undefined {}
