import { computeAll, type NamedFeature, runAsync } from '../../lib/run/runtime/index.js';
import { type Additive, type PruningPlan, prunedTopK } from '../pruning/index.js';
import { TopK } from '../select/index.js';
import { type Candidates, sectionsOf } from './candidateStream.js';
import type { Interruptible } from './request.js';

/** A full model whose candidates are dropped by bounds on its sum. */
export interface PrunedEngine<in Row> {
  /** Those that it reads, in the order of its blocks. */
  readonly features: readonly NamedFeature<Row>[];
  readonly additive: Additive;
  readonly pruning: PruningPlan;
}

/** Candidates that are ranked together: few queries are larger, and their blocks fit in memory. */
const SECTION = 16_384;

/** Answers one query by bounds. The best of each section are ranked together. */
export async function rankPruned<Row>(
  { features, additive, pruning }: PrunedEngine<Row>,
  candidates: Candidates<Row>,
  request: Interruptible<Row>,
) {
  const { k, interrupt } = request;
  const best = new TopK(k);
  const left = new Float64Array(pruning.cuts.length);
  let count = 0;
  for await (const { view, indices } of sectionsOf(candidates, request, SECTION)) {
    interrupt?.throwIfAborted();
    const origin = (row: number) => indices[row];
    const blocks = await runAsync(computeAll(features, view, { origin, interrupt }));
    const rows = view.length;
    count += rows;
    const answer = prunedTopK(additive, blocks, Math.min(k, rows), pruning);
    answer.indices.forEach((row, i) => {
      best.push(answer.scores[i], indices[row]);
    });
    // All have gone on where no cut was made.
    const isWhole = answer.left.length === 0 || answer.left[0] === rows;
    for (let c = 0; c < left.length; c++) left[c] += isWhole ? rows : (answer.left[c] ?? 0);
  }
  return { best, count, reached: [count, ...left] };
}
