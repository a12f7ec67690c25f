/** A member of something whose type isn't known; undefined where it has none. */
export function member(of: unknown, name: string): unknown {
  if ((typeof of !== 'object' && typeof of !== 'function') || of === null) return undefined;
  return Reflect.get(of, name);
}
