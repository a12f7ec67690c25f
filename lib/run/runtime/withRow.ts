import { ModelError } from '../../errors.js';

/** What a model threw; where it blames a row, by the position that `origin` has for it. */
export function withRow(error: unknown, origin: (row: number) => number | undefined): unknown {
  if (!(error instanceof ModelError) || error.row === undefined) return error;
  // A class without an `of` of its own would become another.
  return Object.hasOwn(error.constructor.prototype, 'of') ? error.of(origin(error.row)) : error;
}
