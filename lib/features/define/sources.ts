import { cellOf } from '../../data/columns/index.js';
import type { Feature } from './feature.js';
import type { Source, Transform } from './view.js';

/** What features say of the sources that they read: a column is an accessor whose name is known. */

/** The transforms that a source is: none for what reads the row itself. */
export function readsOf<Row>(source: Source<Row, unknown>): readonly Transform<Row, unknown>[] {
  return typeof source === 'function' || source.column !== undefined ? [] : [source];
}

/** The value of one row, where no transform makes it. */
export function accessorOf<Row>(source: Source<Row, unknown>): ((row: Row) => unknown) | undefined {
  if (typeof source === 'function') return source;
  const { column } = source;
  return column === undefined ? undefined : (row) => cellOf(row, column);
}

/** What a feature states of its source among its options: nothing of a function, so that its options stay the same. */
export function statedSource(source: Source<never, unknown>): { readonly column?: string } {
  return typeof source === 'function' || source.column === undefined ? {} : { column: source.column };
}

/** A feature over one column as a report draws it. */
export function stepsOf(source: Source<never, unknown>, kind: string): Feature<never>['steps'] {
  const { column } = statedSource(source);
  return column === undefined ? undefined : [column, kind];
}
