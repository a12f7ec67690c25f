import { ModelError, ServerError } from '../../errors.js';

/** What a model threw; where it blames a row, by the position that `origin` has for it. */
export function withRow(error: unknown, origin: (row: number) => number | undefined): unknown {
  const isPlain = error instanceof ModelError && error.constructor === ModelError;
  return (isPlain || error instanceof ServerError) && error.row !== undefined
    ? error.of(origin(error.row))
    : error;
}
