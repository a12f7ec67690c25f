/**
 * The same object with copies of some of its arrays. A caller who changes an array later, while its
 * rows are still needed, then changes nothing. The items are shared. Values that aren't objects or
 * arrays are left for checks to refuse.
 *
 * @param keys of the arrays to copy
 * @example
 * const own = withOwnArrays(options, 'rows', 'labels');
 */
export function withOwnArrays<Options>(
  options: Options,
  ...keys: readonly (keyof NonNullable<Options> & string)[]
): Options;
export function withOwnArrays(options: unknown, ...keys: readonly string[]): unknown {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options;
  const own = Object.entries(options).map(([key, value]) => [
    key,
    keys.includes(key) ? ownArray(value) : value,
  ]);
  return Object.fromEntries(own);
}

/** A copy of an array, or of a typed array as one; anything else as it is. */
export function ownArray<Value>(value: Value): Value;
export function ownArray(value: unknown): unknown {
  if (isNumbers(value)) return Array.from(value);
  return Array.isArray(value) ? value.slice() : value;
}

function isNumbers(value: unknown): value is ArrayLike<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
