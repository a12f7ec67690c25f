import {
  type AskedRow,
  type BatchClaim,
  type BatchOutcome,
  type BatchSteps,
  type CodedRows,
  type KeyedRow,
  totalCounts,
} from '../../../cascades/internal.js';
import type { Label } from '../../../index.js';

/** Rows by what names their partition, in the order in which partitions come. */
export type Partitions<Row> = ReadonlyMap<string, readonly Row[]>;

/** A position. */
export type Drawn = Pick<KeyedRow, 'partition' | 'index'>;

export interface PartitionedAnswers<L extends Label> extends BatchOutcome<L, string> {
  /** Classes by partition. */
  readonly answers: ReadonlyMap<string, Float64Array>;
  readonly drawn: readonly Drawn[];
}

/** A batch in partitions, certified in this process: the steps as files go through them. */
export async function certifiedPartitions<Row, L extends Label>(
  steps: BatchSteps<Row, L, string>,
  partitions: Partitions<Row>,
  claim: BatchClaim & { readonly seed: number | string },
  choose: (open: readonly Drawn[], count: number) => readonly Drawn[] = (sample, count) =>
    sample.slice(0, count),
): Promise<PartitionedAnswers<L>> {
  const coded = new Map<string, CodedRows>();
  for (const [partition, rows] of partitions) coded.set(partition, await steps.score(rows));
  const names = [...partitions.keys()];
  const counts = new Map(
    [...coded].map(([partition, each]) => [partition, steps.counts(claim.seed, partition, each)]),
  );
  const design = steps.design(names, counts, claim);
  // All open rows, in the order of their numbers: what the sample is the beginning of.
  const all = [...partitions.values()].reduce((sum, { length }) => sum + length, 0);
  const open = [...coded].reduce<KeyedRow[]>(
    (before, [partition, each]) => steps.draw(claim.seed, { ...design, count: all }, partition, each, before),
    [],
  );
  const drawn = choose(open, design.count);
  const full = new Map<string, Float64Array>();
  for (const [partition, rows] of partitions) full.set(partition, await steps.ask(rows));
  const second = new Map<string, Float64Array>();
  if (claim.loss === 'excessDisagreement') {
    for (const [partition, rows] of partitions) second.set(partition, await steps.ask(rows, undefined, 1));
  }
  const sample = drawn.map(
    ({ partition, index }): AskedRow => ({
      codes:
        coded
          .get(partition)
          ?.stages.map(({ answers, ranks }) => ({ answer: answers[index], rank: ranks[index] })) ?? [],
      full: full.get(partition)?.[index] ?? Number.NaN,
      second: second.get(partition)?.[index],
    }),
  );
  const outcome = steps.conclude(design, totalCounts(names, counts), sample, claim);
  const asked = new Set(drawn.map(({ partition, index }) => `${partition} ${index}`));
  const answers = [...coded].map(([partition, each]): [string, Float64Array] => {
    const early = steps.exits(outcome.step, each).answers;
    const own = full.get(partition) ?? new Float64Array(0);
    return [
      partition,
      early.map((answer, row) =>
        asked.has(`${partition} ${row}`) || Number.isNaN(answer) ? own[row] : answer,
      ),
    ];
  });
  return { ...outcome, answers: new Map(answers), drawn };
}
