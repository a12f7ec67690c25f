/** A member of something whose type isn't known; undefined where it has none. */
export function member(of: unknown, name: string): unknown {
  if ((typeof of !== 'object' && typeof of !== 'function') || of === null) return undefined;
  return Reflect.get(of, name);
}

/** A member that is text, and not empty; undefined for any other. */
export function textMember(of: unknown, name: string): string | undefined {
  const value = member(of, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member that is a number; undefined for any other. */
export function numberMember(of: unknown, name: string): number | undefined {
  const value = member(of, name);
  return typeof value === 'number' ? value : undefined;
}
