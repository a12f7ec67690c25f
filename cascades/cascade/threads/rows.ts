import { DataError } from '../../../lib/errors.js';

/** Classes whose objects arrive as they were. */
const COPIED: readonly unknown[] = [
  Array,
  Map,
  Set,
  Date,
  ArrayBuffer,
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
].map(({ prototype }) => prototype);

/** Refuses rows that would lose their methods on the way. @throws DataError */
export function checkSent(rows: readonly unknown[]): void {
  const at = rows.findIndex(losesClass);
  if (at >= 0) throw cannotSend(at, 'it is of a class, whose methods and accessors threads lack');
}

/** @returns the DataError of the first row that can't be copied; undefined if all can be */
export function uncopied(rows: readonly unknown[]): DataError | undefined {
  for (const [at, row] of rows.entries()) {
    try {
      structuredClone(row);
    } catch (error) {
      return cannotSend(at, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
  return undefined;
}

function cannotSend(at: number, why: string, options?: ErrorOptions): DataError {
  return new DataError(
    `row ${at} can't be sent to a thread: ${why}. Pass plain data that structuredClone() copies`,
    options,
  );
}

function losesClass(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return false;
  const prototype: unknown = Object.getPrototypeOf(row);
  // Plain objects of any realm have one without a prototype, or none.
  return !(prototype === null || Object.getPrototypeOf(prototype) === null || COPIED.includes(prototype));
}
