/** Levels of a row at most, where it is walked: engines give up after some thousands. */
export const DEEPEST = 1_000;

/** Whether a value has more levels of objects and arrays. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
