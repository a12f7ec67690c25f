import test from 'ava';
import fc from 'fast-check';
import { KeyedNumbers } from '../../../lib/stats/index.js';

const WORD = 2n ** 64n;
const word = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** SipHash-2-4 as the paper has it, of a message of any length. */
function sipHash(key: Uint8Array, message: Uint8Array): bigint {
  const [k0, k1] = [word(key.subarray(0, 8)), word(key.subarray(8))];
  let [a, b, c, d] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const turned = (x: bigint, bits: bigint) => ((x << bits) | (x >> (64n - bits))) % WORD;
  const rounds = (count: number) => {
    for (let i = 0; i < count; i++) {
      [a, c] = [(a + b) % WORD, (c + d) % WORD];
      [b, d] = [turned(b, 13n) ^ a, turned(d, 16n) ^ c];
      a = turned(a, 32n);
      [a, c] = [(a + d) % WORD, (c + b) % WORD];
      [d, b] = [turned(d, 21n) ^ a, turned(b, 17n) ^ c];
      c = turned(c, 32n);
    }
  };
  const whole = Math.floor(message.length / 8);
  const last = word(message.subarray(8 * whole)) + (BigInt(message.length % 256) << 56n);
  const words = [...Array.from({ length: whole }, (_, i) => word(message.subarray(8 * i, 8 * i + 8))), last];
  for (const m of words) {
    d ^= m;
    rounds(2);
    a ^= m;
  }
  c ^= 0xffn;
  rounds(4);
  return a ^ b ^ c ^ d;
}

const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);
const numberOf = (key: Uint8Array, position: number) => {
  const numbers = new KeyedNumbers(key);
  numbers.at(position);
  return BigInt(numbers.high) * 2n ** 32n + BigInt(numbers.low);
};

test('the reference here has the vectors of SipHash’s authors', (t) => {
  const key = counting(16);
  t.is(sipHash(key, counting(0)), 0x726fdb47dd0e0e31n);
  t.is(sipHash(key, counting(8)), 0x93f5f5799a932462n);
  t.is(sipHash(key, counting(15)), 0xa129ca6149be45e5n);
});

test('the number of a position is SipHash-2-4 of its eight bytes', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.maxSafeNat(), (key, position) => {
      const message = new Uint8Array(8);
      new DataView(message.buffer).setBigUint64(0, BigInt(position), true);
      return numberOf(key, position) === sipHash(key, message);
    }),
    { numRuns: 50 },
  );
  // As OpenSSL's SIPHASH has them.
  t.is(numberOf(counting(16), 1), 0x2b91b2b085e6d1f6n);
  t.is(numberOf(counting(16), 2 ** 53 - 1), 0x2754c819e35b0cebn);
});

test('one object serves any number of positions, and part of a buffer is a key', (t) => {
  const numbers = new KeyedNumbers(counting(20).subarray(4));
  const first = [5, 6, 5].map((position) => {
    numbers.at(position);
    return [numbers.high, numbers.low];
  });
  t.deepEqual(first[0], first[2]);
  t.notDeepEqual(first[0], first[1]);
  t.is(numberOf(counting(20).subarray(4), 5), BigInt(first[0][0]) * 2n ** 32n + BigInt(first[0][1]));
});
