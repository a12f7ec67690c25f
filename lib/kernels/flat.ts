import type { Block } from '../blocks/index.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { padded, SLOT } from './padded.js';
import { rowKernel, type Walk } from './rowwise.js';

/** How many words a chunk of trees may have to stay in the cache beside its leaves. */
const CHUNK_WORDS = 2_048;

/** Runs padded trees in plain code, without a branch on a row's way: one row through eight trees at a time. */
export function flatKernel(
  forest: Forest,
  coding: Coding,
  depth: number,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  const chunk = 8 * Math.max(1, Math.trunc(CHUNK_WORDS / 8 / 2 ** depth));
  return rowKernel(forest, coding, widths, chunk, walkOf(forest, coding, depth));
}



function walkOf(forest: Forest, coding: Coding, depth: number): Walk {
  const { trees, words, leaves } = padded(forest, coding, depth, 1);
  return (codes, first, end, stride, start) => {
    let sum = start;
    let tree = first;
    for (; tree + 7 * stride < end; tree += 8 * stride) {
      let a = tree;
      let b = a + stride;
      let c = b + stride;
      let d = c + stride;
      let e = d + stride;
      let f = e + stride;
      let g = f + stride;
      let h = g + stride;
      for (let level = 0, base = 0, width = trees; level < depth; level++, base += width, width *= 2) {
        let word = words[base + a];
        a = 2 * a + ((word - codes[word & SLOT]) >>> 31);
        word = words[base + b];
        b = 2 * b + ((word - codes[word & SLOT]) >>> 31);
        word = words[base + c];
        c = 2 * c + ((word - codes[word & SLOT]) >>> 31);
        word = words[base + d];
        d = 2 * d + ((word - codes[word & SLOT]) >>> 31);
        word = words[base + e];
        e = 2 * e + ((word - codes[word & SLOT]) >>> 31);
        word = words[base + f];
        f = 2 * f + ((word - codes[word & SLOT]) >>> 31);
        word = words[base + g];
        g = 2 * g + ((word - codes[word & SLOT]) >>> 31);
        word = words[base + h];
        h = 2 * h + ((word - codes[word & SLOT]) >>> 31);
      }
      sum += leaves[a];
      sum += leaves[b];
      sum += leaves[c];
      sum += leaves[d];
      sum += leaves[e];
      sum += leaves[f];
      sum += leaves[g];
      sum += leaves[h];
    }
    for (; tree < end; tree += stride) {
      let a = tree;
      for (let level = 0, base = 0, width = trees; level < depth; level++, base += width, width *= 2) {
        const word = words[base + a];
        a = 2 * a + ((word - codes[word & SLOT]) >>> 31);
      }
      sum += leaves[a];
    }
    return sum;
  };
}
