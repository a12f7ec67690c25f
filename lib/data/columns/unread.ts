import { TableError } from '../../errors.js';
import { TABLE } from './chunk.js';

/** Stands for a column whose type no row has: a table may have it, as long as nothing reads it. */
export class UnreadColumn implements ArrayLike<never> {
  readonly [index: number]: never;

  /** @param type in Arrow's words */
  constructor(
    readonly type: string,
    readonly length: number,
  ) {}
}

/** The error of a column that is read, and of a type that isn't. */
export function unreadType(name: string, type: string): TableError {
  const hint = "which isn't read; leave it out, or make columns of its parts";
  return new TableError(TABLE, name, undefined, `is of type ${type}, ${hint}`);
}
