/**
 * Plain data that nobody can change any more: arrays and plain objects, all the way down. Frozen
 * data is returned as it is; other data is copied, since a caller may own it. Values of other kinds
 * are passed on untouched.
 *
 * @param known copies made so far, by their originals: a shared object stays shared
 */
export function frozen<T>(value: T, known: Map<unknown, unknown> = new Map()): T {
  const copy = known.get(value);
  // A copy has its original's type.
  if (copy !== undefined) return copy as T;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => frozen(item, known));
    return keep(value, items, same(value, items), known);
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, frozen(item, known)] as const);
  const own: Readonly<Record<string, unknown>> = value;
  const unchanged = entries.every(([key, item]) => Object.is(own[key], item));
  return keep(value, Object.fromEntries(entries), unchanged, known);
}

function keep<T>(value: T, copy: unknown, unchanged: boolean, known: Map<unknown, unknown>): T {
  const kept = unchanged && Object.isFrozen(value) ? value : Object.freeze(copy);
  known.set(value, kept);
  return kept as T;
}

function same(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.every((item, i) => Object.is(item, others[i]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
