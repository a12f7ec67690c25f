import type { Block } from '../../../data/blocks/index.js';
import { begin } from '../forest/index.js';
import { areWide, type Rounds, roundsOf } from '../rounds.js';
import { type AddLeaves, forestKernel } from '../selectKernel.js';
import { type Coding, codingOf } from './codes.js';
import { type DoubleForest, singleForest } from './doubleForest.js';

interface Coded {
  readonly widths: readonly number[];
  readonly coding: Coding;
  readonly rounds: Rounds;
}

/**
 * A function that adds the leaves that rows of doubles meet: blocks are coded (`codes.ts`), and a kernel of single
 * precision runs over the codes.
 *
 * @param widths the number of columns of each block
 */
export function doubleAdder(forest: DoubleForest, widths: readonly number[]): AddLeaves {
  const { forest: coded, widths: codes, encode } = codingOf(forest, widths);
  const { add } = forestKernel(coded, codes);
  return (blocks, out) => add(encode(blocks), out);
}

/**
 * {@link roundsOf} for a forest that compares doubles. Blocks without doubles need no codes: kernels of single
 * precision run over them.
 */
export function doubleRounds(forest: DoubleForest): Rounds {
  const single = forest.known === undefined ? roundsOf(singleForest(forest)) : undefined;
  let coded: Coded | undefined;
  const codedFor = (blocks: readonly Block[]): Coded => {
    if (coded !== undefined && areWide(blocks, coded.widths)) return coded;
    const widths = blocks.map(({ columns }) => columns);
    const coding = codingOf(forest, widths);
    coded = { widths, coding, rounds: roundsOf(coding.forest) };
    return coded;
  };
  return {
    count: forest.roots.length / forest.outputs,
    begin: (rows, sums) => begin(forest, rows, sums),
    advance(blocks, sums, from, to) {
      if (single !== undefined && blocks.every(({ exact }) => exact === undefined)) {
        single.advance(blocks, sums, from, to);
        return;
      }
      const { coding, rounds } = codedFor(blocks);
      rounds.advance(coding.encode(blocks), sums, from, to);
    },
  };
}
