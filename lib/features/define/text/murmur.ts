/**
 * MurmurHash3 of 32 bits (Appleby, public domain) of texts in UTF-8, with seed 0.
 *
 * @param units well-formed UTF-16, from `start` to before `end`
 * @returns a signed number of 32 bits
 */
export function murmurHash(units: Uint16Array, start: number, end: number): number {
  let hash = 0;
  // Four octets at a time, the first the lowest.
  let word = 0;
  let octets = 0;
  const put = (octet: number) => {
    word |= octet << (8 * (octets++ & 3));
    if ((octets & 3) !== 0) return;
    hash = Math.imul(rotated(hash ^ mixed(word), 13), 5) + 0xe6546b64;
    word = 0;
  };
  for (let i = start; i < end; i++) {
    const unit = units[i];
    if (unit < 0x80) {
      put(unit);
      continue;
    }
    const isPair = unit >= 0xd800 && unit < 0xdc00;
    const code = isPair ? 0x10000 + ((unit & 0x3ff) << 10) + (units[++i] & 0x3ff) : unit;
    if (code < 0x800) put(0xc0 | (code >> 6));
    else {
      if (code < 0x10000) put(0xe0 | (code >> 12));
      else {
        put(0xf0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3f));
      }
      put(0x80 | ((code >> 6) & 0x3f));
    }
    put(0x80 | (code & 0x3f));
  }
  if ((octets & 3) !== 0) hash ^= mixed(word);
  hash ^= octets;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mixed(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
