import { gather } from '../../data/blocks/index.js';
import type { Forest, Passes } from './forest/index.js';
import { roundsOf } from './rounds.js';

/** The plain way to run passes, the reference for the other: each pass quantizes its rows again. */
export function recoded(forest: Forest): Passes {
  const { advance } = roundsOf(forest);
  const pass: Passes = (blocks) => ({
    add: (sums, from, to) => advance(blocks, sums, from, to),
    only: (places) => pass(blocks.map((block) => gather(block, places))),
  });
  return pass;
}
