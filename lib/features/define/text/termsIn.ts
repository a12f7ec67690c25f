/**
 * The number of terms' ids, 0 … terms - 1, in a vocabulary's table, if each is there at most once, and no other; else
 * 0.
 */
export function termsIn(table: Int32Array, terms: number): number {
  const mask = table.length - 1;
  const isThere = new Uint8Array(terms);
  let count = 0;
  for (let slot = 0; slot < table.length; slot++) {
    if (table[slot] === 0) continue;
    const id = (table[slot] & mask) - 1;
    if (id < 0 || id >= terms || isThere[id] === 1) return 0;
    isThere[id] = 1;
    count++;
  }
  return count;
}
