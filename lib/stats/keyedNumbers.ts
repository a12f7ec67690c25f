/**
 * Numbers of 64 bits for positions 0, 1, 2 …, which nobody can tell from random ones without the key: SipHash-2-4 of a
 * position as eight little-endian bytes, in halves of 32 bits.
 *
 * @see Aumasson and Bernstein 2012, SipHash: a fast short-input PRF, section 2
 *
 * @example
 * const numbers = new KeyedNumbers(key);
 * numbers.at(7);
 * numbers.high * 2 ** 32 + numbers.low;
 */
export class KeyedNumbers {
  /** The halves of the number of the last position, from 0 to 2^32 - 1. */
  high = 0;
  low = 0;
  /** Low and high halves of the four words before the first round. */
  private readonly start: Int32Array;

  /** @param key 16 bytes */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, 16);
    const [low0, high0, low1, high1] = [0, 4, 8, 12].map((at) => view.getInt32(at, true));
    this.start = Int32Array.of(
      low0 ^ 0x70736575,
      high0 ^ 0x736f6d65,
      low1 ^ 0x6e646f6d,
      high1 ^ 0x646f7261,
      low0 ^ 0x6e657261,
      high0 ^ 0x6c796765,
      low1 ^ 0x79746573,
      high1 ^ 0x74656462,
    );
  }

  /** @param position a whole number from 0 to 2^53 */
  at(position: number): void {
    const low = position | 0;
    const high = Math.floor(position / 2 ** 32) | 0;
    const { start } = this;
    let [al, ah] = [start[0], start[1]];
    let [bl, bh] = [start[2], start[3]];
    let [cl, ch] = [start[4], start[5]];
    let [dl, dh] = [start[6] ^ low, start[7] ^ high];
    for (let round = 0; round < 8; round++) {
      // Two rounds for the position, two for the number of bytes, eight, and four to end.
      if (round === 2) {
        al ^= low;
        ah ^= high;
        dh ^= 8 << 24;
      } else if (round === 4) {
        ah ^= 8 << 24;
        cl ^= 0xff;
      }
      let sum = (al >>> 0) + (bl >>> 0);
      ah = (ah + bh + (sum > WORD ? 1 : 0)) | 0;
      al = sum | 0;
      let turned = (bl << 13) | (bh >>> 19);
      bh = ((bh << 13) | (bl >>> 19)) ^ ah;
      bl = turned ^ al;
      turned = al;
      al = ah;
      ah = turned;
      sum = (cl >>> 0) + (dl >>> 0);
      ch = (ch + dh + (sum > WORD ? 1 : 0)) | 0;
      cl = sum | 0;
      turned = (dl << 16) | (dh >>> 16);
      dh = ((dh << 16) | (dl >>> 16)) ^ ch;
      dl = turned ^ cl;
      sum = (al >>> 0) + (dl >>> 0);
      ah = (ah + dh + (sum > WORD ? 1 : 0)) | 0;
      al = sum | 0;
      turned = (dl << 21) | (dh >>> 11);
      dh = ((dh << 21) | (dl >>> 11)) ^ ah;
      dl = turned ^ al;
      sum = (cl >>> 0) + (bl >>> 0);
      ch = (ch + bh + (sum > WORD ? 1 : 0)) | 0;
      cl = sum | 0;
      turned = (bl << 17) | (bh >>> 15);
      bh = ((bh << 17) | (bl >>> 15)) ^ ch;
      bl = turned ^ cl;
      turned = cl;
      cl = ch;
      ch = turned;
    }
    this.low = (al ^ bl ^ cl ^ dl) >>> 0;
    this.high = (ah ^ bh ^ ch ^ dh) >>> 0;
  }
}

const WORD = 0xffffffff;
