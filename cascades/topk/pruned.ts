import { type Block, consecutive, gather } from '../../lib/blocks/index.js';
import type { RowView } from '../../lib/features/index.js';
import {
  type Additive,
  candidatesOf,
  type Pruning,
  prunedTopK,
  type Candidates as Scorable,
} from '../../lib/pruning/index.js';
import { computeAll, type Interrupt, type NamedFeature, runAsync } from '../../lib/runtime/index.js';
import { TopK } from '../../lib/select/index.js';
import type { Interruptible } from './request.js';
import { type Candidates, type Section, sectionsOf } from './sections.js';

/** A full model whose candidates are dropped by bounds on its sum. */
export interface PrunedEngine<in Row> {
  /** Those that it reads, in the order of its blocks. */
  readonly features: readonly NamedFeature<Row>[];
  readonly additive: Additive;
  readonly pruning: Pruning;
  /** Whether it reads all of its features at each step, as trees do, or one after the other. */
  readonly readsAll: boolean;
}

/** Candidates that are ranked together: few queries are larger, and their blocks fit in memory. */
const SECTION = 16_384;

/** Some of a query's candidates, with their positions among all. */
interface Part {
  readonly scorable: Scorable;
  readonly indices: Int32Array;
}

/** Answers one query by bounds. */
export async function rankPruned<Row>(
  engine: PrunedEngine<Row>,
  candidates: Candidates<Row>,
  request: Interruptible<Row>,
) {
  async function* parts(): AsyncGenerator<Part> {
    for await (const section of sectionsOf(candidates, request, SECTION)) {
      request.interrupt?.throwIfAborted();
      yield { scorable: await scorable(engine, section, request.interrupt), indices: section.indices };
    }
  }
  return rankParts(engine, parts(), request.k);
}

/** The same of candidates whose blocks are there: certified is what is served, section by section. */
export async function rankBlocks(
  engine: Pick<PrunedEngine<never>, 'additive' | 'pruning'>,
  blocks: readonly Block[],
  candidates: Int32Array,
  k: number,
) {
  function* parts(): Generator<Part> {
    for (let from = 0; from < candidates.length; from += SECTION) {
      const rows = candidates.subarray(from, from + SECTION);
      yield {
        scorable: candidatesOf(blocks.map((block) => gather(block, rows))),
        indices: consecutive(from, rows.length),
      };
    }
  }
  return rankParts(engine, parts(), k);
}

/** Of more than a section the best of each are put together. */
async function rankParts(
  { additive, pruning }: Pick<PrunedEngine<never>, 'additive' | 'pruning'>,
  parts: Iterable<Part> | AsyncIterable<Part>,
  k: number,
) {
  const best = new TopK(k);
  const left = new Float64Array(pruning.cuts.length);
  let count = 0;
  for await (const { scorable, indices } of parts) {
    const { rows } = scorable;
    count += rows;
    const answer = await prunedTopK(additive, scorable, Math.min(k, rows), pruning);
    answer.indices.forEach((row, i) => {
      best.push(answer.scores[i], indices[row]);
    });
    // All have gone on where no cut was made.
    const isWhole = answer.left.length === 0 || answer.left[0] === rows;
    for (let c = 0; c < left.length; c++) left[c] += isWhole ? rows : (answer.left[c] ?? 0);
  }
  return { best, count, reached: [count, ...left] };
}

/** What trees read is computed at once, in the batches that are quickest; of linear models a feature only for those that are left. */
async function scorable<Row>(
  { features, readsAll }: PrunedEngine<Row>,
  { view, indices }: Section<Row>,
  interrupt: Interrupt | undefined,
): Promise<Scorable> {
  const compute = async (which: readonly NamedFeature<Row>[], of: RowView<Row>) =>
    runAsync(computeAll(which, of, { origin: (row) => indices[row], interrupt }));
  if (readsAll) return candidatesOf(await compute(features, view));
  return {
    rows: view.length,
    names: features.map(({ name }) => name),
    async block(feature: number, rows?: Int32Array): Promise<Block> {
      const [block] = await compute([features[feature]], rows ? view.select(rows) : view);
      return block;
    },
  };
}
