import {
  blaming,
  eachBatch,
  type Label,
  modelInputs,
  scoring,
  type Tracker,
} from '../../cascades/internal.js';
import { Rows } from '../../lib/data/rows/index.js';
import { ModelError } from '../../lib/errors.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import {
  type CheckedQuery,
  outputModel,
  type QuerySet,
  type Ranking,
  type rankNumbers,
} from '../problem/index.js';
import { topK } from '../select/index.js';
import type { StageOutput } from '../types.js';
import type { RememberedScores } from './rowMemo.js';

/** Numbers of every row of a set of queries, one array for each class that some query ranks by. */
export type ScoreColumns = ReadonlyMap<number, Float64Array>;

/** A model with the names of the features that it reads, in the order of its blocks. */
export interface RankReader<Row = never> {
  readonly model: Model;
  readonly features: readonly string[];
  /** Turns its scores into ranking values. */
  readonly numbers: typeof rankNumbers;
  /** The output that is used. @defaultValue its scores */
  readonly output?: StageOutput;
  /** Its known scores, where no row may be scored twice. */
  readonly remembered?: RememberedScores<Row> | undefined;
}

/** A query with the truth that its answer is judged by. */
export interface JudgedQuery extends CheckedQuery {
  /** The full model's ranking number of every candidate. */
  readonly full: Float64Array;
  /** Positions of the full model's own top K, best first; and 1 at each of them. */
  readonly truth: Int32Array;
  readonly isTrue: Uint8Array;
}

/** Scores of models for all rows of the queries, each row computed once. */
export async function scoreQueryRows<Row, L extends Label>(
  features: readonly NamedFeature<Row>[],
  readers: readonly RankReader<Row>[],
  { rows, queries }: QuerySet<Row>,
  ranking: Ranking<L>,
  tracker: Tracker,
): Promise<ScoreColumns[]> {
  const rankClasses = [...new Set(queries.map(({ rankClass }) => rankClass))];
  const columns = readers.map(
    () => new Map(rankClasses.map((rankClass) => [rankClass, new Float64Array(rows.length)])),
  );
  const wanted = features.filter(({ name }) => readers.some((reader) => reader.features.includes(name)));
  await eachBatch(wanted, Rows.of(rows), tracker, async (blocks, from, batch) => {
    const count = batch.length;
    for (const [r, reader] of readers.entries()) {
      const { model, features: read, numbers, output = 'scores', remembered } = reader;
      const own = modelInputs(
        model,
        () => batch,
        () => read.map((name) => blocks[wanted.findIndex((feature) => feature.name === name)]),
      );
      if (output === 'margin') {
        for (const [rankClass, column] of columns[r]) {
          await scoreInto(outputModel(model, output, rankClass), own, column.subarray(from, from + count));
        }
        continue;
      }
      const scores = new Float64Array(count * model.classes);
      await blaming(
        (row) => from + row,
        () => {
          if (remembered) return remembered.score(own, batch, scores, tracker);
          tracker.requests?.model(model, count);
          return scoreInto(model, own, scores, scoring(model, tracker));
        },
      );
      for (const [rankClass, column] of columns[r]) column.set(numbers(ranking, scores, rankClass), from);
    }
  });
  return columns;
}

/**
 * The queries with their true answers.
 *
 * @param columns the full model's ranking numbers
 * @param name of the full model
 * @throws ModelError if the full model gives NaN, naming query and candidate
 */
export function judge<Row>({ queries }: QuerySet<Row>, columns: ScoreColumns, name: string): JudgedQuery[] {
  return queries.map((query) => {
    const full = pickColumn(columns, query);
    const nan = full.findIndex(Number.isNaN);
    if (nan >= 0) {
      throw new ModelError(
        name,
        `gave NaN for candidate ${nan} of query ${query.number}; expected numbers to rank by`,
      );
    }
    const truth = topK(full, query.k);
    const isTrue = new Uint8Array(full.length);
    for (const position of truth) isTrue[position] = 1;
    return { ...query, full, truth, isTrue };
  });
}

/** A column's numbers of a query's candidates. */
export function pickColumn(columns: ScoreColumns, { candidates, rankClass }: CheckedQuery): Float64Array {
  const column = columns.get(rankClass);
  if (column === undefined) throw new TypeError(`nothing was scored for class ${rankClass}`);
  const picked = new Float64Array(candidates.length);
  for (let i = 0; i < picked.length; i++) picked[i] = column[candidates[i]];
  return picked;
}
