import type { Block } from '../../../lib/data/blocks/index.js';
import { ModelError } from '../../../lib/errors.js';
import {
  areWide,
  doubleAdder,
  forestKernel,
  singleForest,
  vectorAdder,
} from '../../../lib/learn/kernels/index.js';
import {
  applyLinks,
  complement,
  eachLogistic,
  exponential,
  type Link,
  numbersAfter,
  softmaxLink,
} from '../../links.js';
import type { ReadModel } from '../step.js';
import { blockOf, toDense } from '../values.js';
import { refuseIn } from './refuse.js';
import { readTreeTensors, type TreeTensors } from './treeTensors.js';

/** Sums or numbers a leaf, at most. */
const MOST_SUMS = 2 ** 16;

/** What is made of a row's sums. */
const LINKS: Readonly<
  Record<'none' | 'exponential' | 'logistic' | 'halfLogistic' | 'softmax', readonly Link[]>
> = {
  none: [],
  exponential: [exponential],
  logistic: [eachLogistic(), complement],
  /** Of sums that are half of the log-odds. */
  halfLogistic: [eachLogistic(2), complement],
  softmax: [softmaxLink],
};
const LINK_NAMES = ['none', 'exponential', 'logistic', 'halfLogistic', 'softmax'] as const;

/**
 * Decision trees, forests and boosted trees: a row's sums begin at `base`; each tree adds the value of the row's leaf
 * to one of them (tree i to sum i modulo `sums`), or, where leaves have several numbers, one of them to each; what is
 * added up is divided by `divisor`.
 *
 * `precision` is that in which columns are compared with thresholds: 'single' where the library rounds rows to it.
 */
export const treesOfPipeline: ReadModel = (model) => {
  const columns = model.parameters.count('columns');
  const sums = model.parameters.count('sums', MOST_SUMS);
  const isSingle = model.oneOf('precision', ['single', 'double']) === 'single';
  const hasVectors = model.flag('vectors');
  const takesMissing = model.flag('takesMissing');
  const divisor = model.number('divisor');
  const links = LINKS[model.oneOf('link', LINK_NAMES)];
  const base = model.numbers('base', sums);
  if (sums === 0 || !(divisor > 0)) throw model.damaged(`${sums} sums, divided by ${divisor}`);
  if (links.includes(complement) && sums !== 1) throw model.damaged(`${sums} sums for two classes`);
  const hasSets = model.has('set');
  if (hasSets && (isSingle || hasVectors))
    throw model.damaged('categories that are compared in single precision');
  if (hasVectors && !isSingle) throw model.damaged('leaves of several numbers in double precision');
  const trees = hasVectors ? readTreeTensors(model, columns, 1, sums) : readTreeTensors(model, columns, sums);
  const add = adderOf(trees, sums, hasVectors ? 'vectors' : isSingle ? 'single' : 'double');
  const outputs = numbersAfter(links, sums);
  return {
    outputs,
    predict(parts, rows, out) {
      // Whether 0 is a known category isn't for sparse rows to say.
      const blocks = parts.map((part) => blockOf(hasSets ? toDense(part) : part));
      checkTreeBlocks(model.path, blocks, columns, { missing: takesMissing, infinite: !isSingle });
      for (let at = 0; at < rows * sums; at += sums) out.set(base, at);
      add(blocks, out);
      if (divisor !== 1) for (let i = 0; i < rows * sums; i++) out[i] /= divisor;
      applyLinks(links, rows, sums, out);
    },
  };
};

type Add = (blocks: readonly Block[], out: Float64Array) => void;

/** Adds the leaves of all trees, part by part. Kernels are made once the widths of blocks are known. */
function adderOf({ parts, vectors }: TreeTensors, sums: number, kind: 'single' | 'double' | 'vectors'): Add {
  const made = (widths: readonly number[]): Add[] =>
    parts.map((part) => {
      const trees = part();
      if (kind === 'double') return doubleAdder(trees, widths);
      if (kind === 'vectors') return vectorAdder(singleForest(trees), vectors, sums, widths);
      return forestKernel(singleForest(trees), widths).add;
    });
  let own: { readonly widths: readonly number[]; readonly adders: readonly Add[] } | undefined;
  return (blocks, out) => {
    if (own === undefined || !areWide(blocks, own.widths)) {
      const widths = blocks.map(({ columns }) => columns);
      own = { widths, adders: made(widths) };
    }
    for (const add of own.adders) add(blocks, out);
  };
}

/** Which numbers that aren't finite a model takes. */
interface TakenByTrees {
  readonly missing: boolean;
  /** Also those beyond single precision. */
  readonly infinite: boolean;
}

/** @throws ModelError for blocks of other columns, and for a number that the model doesn't take */
export function checkTreeBlocks(
  path: string,
  blocks: readonly Block[],
  columns: number,
  takes: TakenByTrees,
): void {
  const given = blocks.reduce((sum, block) => sum + block.columns, 0);
  if (given !== columns) throw new ModelError(path, `reads ${columns} columns, and gets ${given}`);
  if (takes.missing && takes.infinite) return;
  refuseIn(path, blocks, (x) => (Number.isNaN(x) ? takes.missing : takes.infinite));
}
