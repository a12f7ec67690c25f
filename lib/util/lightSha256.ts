import { pow } from './math/index.js';

/** The first 64 primes: SHA-256 takes its constants from their roots. */
const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);

/** The first 32 bits after the point. */
const fraction = (root: number) => (root % 1) * 2 ** 32;
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const ROUND = Int32Array.from(PRIMES, (prime) => fraction(pow(prime, 1 / 3)));

const BLOCK = 64;

/**
 * `sha256` (sha256.ts) without Node: at once, in any browser. `crypto.subtle` answers with a promise, and is absent
 * on plain http.
 *
 * @see NIST, FIPS 180-4, sections 4.1.2, 5.1.1 and 6.2.2
 */
export function sha256(parts: readonly Uint8Array[]): string {
  const state = START.slice();
  const schedule = new Int32Array(BLOCK);
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  let length = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      block[length++ % BLOCK] = part[i];
      if (length % BLOCK === 0) compress(state, schedule, view);
    }
  }
  const used = length % BLOCK;
  block[used] = 0x80;
  block.fill(0, used + 1);
  if (used >= BLOCK - 8) {
    compress(state, schedule, view);
    block.fill(0);
  }
  view.setUint32(BLOCK - 8, length / 2 ** 29);
  view.setUint32(BLOCK - 4, length << 3);
  compress(state, schedule, view);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function compress(state: Int32Array, w: Int32Array, block: DataView): void {
  for (let t = 0; t < 16; t++) w[t] = block.getInt32(4 * t);
  for (let t = 16; t < 64; t++) {
    const [x, y] = [w[t - 15], w[t - 2]];
    const early = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
    const late = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
    w[t] = late + w[t - 7] + early + w[t - 16];
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t++) {
    const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + sum + ((e & f) ^ (~e & g)) + ROUND[t] + w[t]) | 0;
    const other = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (other + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
