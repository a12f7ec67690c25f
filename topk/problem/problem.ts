import {
  approximateOf,
  checkPredicted,
  checkThinClasses,
  classesOf,
  codesOf,
  isRegression,
  type Label,
} from '../../cascades/internal.js';
import { type Random, random } from '../../lib/stats/index.js';
import { type Band, bandAt, bandsOf } from './bands.js';
import { topKQuestion } from './bound.js';
import { checkTopKOptions, type SettledTopKOptions } from './options.js';
import { drawQueries, type QueryParts } from './queries.js';
import { codeOf, type Ranking, rankingOf } from './ranking.js';

/** The checked options of `tuneTopK` with the queries drawn; nothing is computed yet. */
export interface TopKProblem<Row, L extends Label> extends QueryParts<Row> {
  readonly ranking: Ranking<L>;
  readonly numeric: boolean;
  /** The chance, at most, that any of the bands' promises fails. */
  readonly delta: number;
  readonly bands: readonly Band[];
  /** The training rows and, where known, their classes or numbers. */
  readonly rows: readonly Row[];
  readonly labels: Float64Array | undefined;
  readonly random: Random;
}

export function topKProblem<Row, L extends Label, Name extends string>(
  options: SettledTopKOptions<Row, L, Name>,
): TopKProblem<Row, L> {
  checkTopKOptions(options);
  const { rows, labels, full, certify = 0.5, seed = 0 } = options;
  const question = topKQuestion(options.bound);
  const numeric = isRegression(full);
  const classes: readonly L[] = numeric ? [] : 'labels' in full ? full.labels : classesOf({ labels });
  const codes = labels && codesOf('labels', labels, classes);
  if (!numeric && codes && rows && 'fit' in full) {
    const among = Int32Array.from(rows.keys());
    checkThinClasses({ classes, codes, groups: undefined, among }, rows.length);
  }
  checkPredicted(approximateOf(options), classes);
  const rankClasses = labelsOf(options.rankClass);
  const ranking = rankingOf(classes, rankClasses[0], options.score);
  const random_ = random(seed).fork('tuneTopK');
  const ranges = options.bands?.map((k) => ({ k }));
  const parts = drawQueries({
    queries: options.queries,
    models: [full, ...approximateOf(options)],
    k: options.k,
    rankClasses:
      rankClasses.length === 0
        ? [ranking.rankClass]
        : rankClasses.map((rankClass) => codeOf('rankClass', classes, rankClass)),
    ranking,
    bandOf: (k) => (ranges ? bandAt(ranges, k) : 0),
    certify,
    rows,
    repeats: options.repeats,
    random: random_.fork('queries'),
  });
  return {
    ...parts,
    ranking,
    numeric,
    delta: question.delta,
    bands: bandsOf(options.bands, parts, question, ranking),
    rows: rows ?? parts.training,
    labels: codes,
    random: random_,
  };
}

function labelsOf<L extends Label>(rankClass: L | readonly L[] | undefined): readonly L[] {
  if (rankClass === undefined) return [];
  return typeof rankClass === 'object' ? rankClass : [rankClass];
}
