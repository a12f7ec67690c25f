/** The largest integer in 0 … limit up to which `holds` holds from 0 on; -1 if it doesn't at 0. */
export function largest(limit: number, holds: (value: number) => boolean): number {
  let value = -1;
  while (value < limit && holds(value + 1)) value++;
  return value;
}
