import { checkKeys, show } from '../../../lib/check.js';
import { DataError, OptionError } from '../../../lib/errors.js';
import { withOwnArrays } from '../../../lib/rows/index.js';
import { type Random, sample } from '../../../lib/stats/index.js';
import type { Label } from '../../types/index.js';
import type { Population, Range } from '../types.js';
import { untrained, withoutCopies } from './duplicates.js';
import type { Query, QueryPool } from './options.js';
import { codeOf, type Ranking } from './ranking.js';

/** A query over rows that several may share: positions of its candidates among them. */
export interface CheckedQuery {
  readonly candidates: Int32Array;
  readonly k: number;
  /** Code of the class that ranks. */
  readonly rankClass: number;
  /** Its name in errors: its position among those given. */
  readonly number: number;
}

/** Queries and their rows. Each row is scored once, however many queries have it. */
export interface QuerySet<Row> {
  readonly rows: readonly Row[];
  readonly queries: readonly CheckedQuery[];
}

/** Queries by the part they play. The certification queries are drawn by themselves, and decide nothing before they test. */
export interface QueryParts<Row> {
  readonly tuning: QuerySet<Row>;
  readonly certification: QuerySet<Row>;
  /**
   * Rows to fit stages on if none were given: from queries that are in neither part, or rows of the
   * pool that no tuning query has.
   */
  readonly training: readonly Row[];
  readonly population: Population;
  /** Queries that equal an earlier one and were left out. */
  readonly copies: number;
  /**
   * Ranges that K and the numbers of candidates were drawn from, if they were: the population
   * includes the whole range, drawn or not.
   */
  readonly drawn: { readonly k: Range | undefined; readonly candidates: Range | undefined };
}

export interface DrawOptions<Row, L extends Label> {
  readonly queries: readonly Query<Row, L>[] | QueryPool<Row>;
  readonly k: number | Range | undefined;
  /** Codes of the classes that queries from a pool rank by; others have the ranking's own. */
  readonly rankClasses: readonly number[];
  readonly ranking: Ranking<L>;
  readonly bandOf: (k: number) => number;
  /** Share of the queries for the certificate. */
  readonly certify: number;
  /** Rows that train; none if some of the queries' have to. */
  readonly rows: readonly Row[] | undefined;
  /** Whether queries that are given twice were drawn twice. */
  readonly repeats: boolean;
  readonly random: Random;
}

/** The same queries in arrays of their own: the caller may change its arrays during waits. */
export function ownQueries<Row, L extends Label>(
  queries: readonly Query<Row, L>[] | QueryPool<Row>,
): readonly Query<Row, L>[] | QueryPool<Row> {
  if (typeof queries !== 'object' || queries === null) return queries;
  if ('pool' in queries) return withOwnArrays(queries, 'pool');
  if (!Array.isArray(queries)) return queries;
  return queries.map((query) => (isArray(query) ? query.slice() : withOwnArrays(query, 'candidates')));
}

/**
 * The share of the queries not set aside for the certificate whose rows train, if no training rows
 * are given.
 */
const TRAINING_SHARE = 0.4;

export function drawQueries<Row, L extends Label>(options: DrawOptions<Row, L>): QueryParts<Row> {
  const { queries } = options;
  return 'pool' in queries ? fromPool(queries, options) : fromArrays(queries, options);
}

function fromArrays<Row, L extends Label>(
  queries: readonly Query<Row, L>[],
  { k, ranking, bandOf, certify, rows, repeats, random }: DrawOptions<Row, L>,
): QueryParts<Row> {
  const drawK = random.fork('k');
  const checkUntrained = untrained(rows ?? [], repeats);
  let isDrawn = false;
  const given = queries.map((query, number) => {
    const { candidates, ...own } = plainQuery(query, number);
    return {
      rows: candidates,
      own,
      number,
      signature: `${own.k ?? show(k)} ${show(own.rankClass ?? ranking.rankClass)}`,
    };
  });
  const different = repeats ? given : withoutCopies(given);
  const checked = different.map(({ rows: candidates, own, number }) => {
    const wanted = own.k ?? (k === undefined ? undefined : drawn(k, drawK));
    isDrawn ||= own.k === undefined;
    if (wanted === undefined)
      throw new OptionError('k', `missing; query ${number} doesn't say its own either`);
    checkCount(number, wanted, candidates.length);
    checkUntrained(candidates, `queries: query ${number}, candidate`);
    const rankClass =
      own.rankClass === undefined
        ? ranking.rankClass
        : codeOf(`queries[${number}].rankClass`, ranking.classes, own.rankClass);
    return { rows: candidates, k: wanted, rankClass, number };
  });
  const shuffle = random.fork('split');
  const parts = {
    certification: [] as typeof checked,
    training: [] as typeof checked,
    tuning: [] as typeof checked,
  };
  for (const band of [...new Set(checked.map((query) => bandOf(query.k)))].sort((a, b) => a - b)) {
    const own = checked.filter((query) => bandOf(query.k) === band);
    const order = Int32Array.from(own.keys());
    shuffle.shuffle(order);
    const tested = Math.round(certify * own.length);
    const trained = tested + (rows ? 0 : Math.round(TRAINING_SHARE * (own.length - tested)));
    order.forEach((q, i) => {
      const part = i < tested ? 'certification' : i < trained ? 'training' : 'tuning';
      parts[part].push(own[q]);
    });
  }
  const set = (own: typeof checked): QuerySet<Row> => {
    const positions = new Map<Row, number>();
    const distinct: Row[] = [];
    const positionOf = (row: Row) => {
      const known = positions.get(row);
      if (known !== undefined) return known;
      positions.set(row, distinct.length);
      return distinct.push(row) - 1;
    };
    const all = own.map(({ rows: candidates, ...query }) => ({
      ...query,
      candidates: Int32Array.from(candidates, positionOf),
    }));
    return { rows: distinct, queries: all };
  };
  return {
    tuning: set(parts.tuning),
    certification: set(parts.certification),
    training: set(parts.training).rows,
    population: 'queries drawn like those given',
    copies: given.length - different.length,
    drawn: { k: isDrawn ? asRange(k) : undefined, candidates: undefined },
  };
}

/**
 * The certificate's queries are subsets of the whole pool, drawn by random numbers of their own:
 * the promise for subsets of this pool is tested on such subsets. They are independent draws once
 * the plan is fixed, although their rows are in other queries too. The pool itself isn't drawn: the
 * promise is about it.
 */
function fromPool<Row, L extends Label>(
  { pool, size, count }: QueryPool<Row>,
  { k, rankClasses, certify, rows, repeats, random }: DrawOptions<Row, L>,
): QueryParts<Row> {
  untrained(rows ?? [], repeats)(pool, 'queries.pool: row');
  const all = Int32Array.from(pool.keys());
  const training = rows ? [] : trainingOf(pool, random.fork('training'));
  // A row that the pool has more than once must not both train and choose.
  const inTraining = new Set(training);
  const others = all.filter((row) => !inTraining.has(pool[row]));
  const draw = (part: Int32Array, number: number, first: number, chance: Random): QuerySet<Row> => ({
    rows: Array.from(part, (row) => pool[row]),
    queries: Array.from({ length: number }, (_, i) => {
      const candidates = drawn(size, chance);
      if (candidates > part.length) {
        throw new DataError(
          `queries.size: ${candidates} candidates, and ${part.length} rows of the pool are for such queries; expected fewer, or \`rows\` to train on`,
        );
      }
      const wanted = drawn(k ?? 1, chance);
      checkCount(first + i, wanted, candidates);
      const rankClass = rankClasses[rankClasses.length === 1 ? 0 : chance.integer(rankClasses.length)];
      return { candidates: sample(part.length, candidates, chance), k: wanted, rankClass, number: first + i };
    }),
  });
  const tests = Math.round(certify * count);
  return {
    certification: draw(all, tests, 0, random.fork('certification queries')),
    tuning: draw(others, count - tests, tests, random.fork('tuning queries')),
    training,
    population: 'subsets drawn so from this pool',
    copies: 0,
    drawn: { k: asRange(k), candidates: asRange(size) },
  };
}

/** Rows of a pool that train, each once. */
function trainingOf<Row>(pool: readonly Row[], random: Random): Row[] {
  const distinct = [...new Set(pool)];
  const chosen = sample(distinct.length, Math.round(TRAINING_SHARE * distinct.length), random);
  return Array.from(chosen, (i) => distinct[i]);
}

function plainQuery<Row, L extends Label>(query: Query<Row, L>, number: number) {
  if (isArray(query)) return { candidates: query, k: undefined, rankClass: undefined };
  checkKeys(query, ['candidates', 'k', 'rankClass'], `queries[${number}].`);
  const { candidates, k, rankClass } = query;
  if (!Array.isArray(candidates)) {
    throw new OptionError(`queries[${number}].candidates`, `expected an array, got ${show(candidates)}`);
  }
  return { candidates, k, rankClass };
}

function isArray<Row, L extends Label>(query: Query<Row, L>): query is readonly Row[] {
  return Array.isArray(query);
}

function checkCount(number: number, k: number, candidates: number): void {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new DataError(`queries: query ${number} has k ${show(k)}; expected a whole number of at least 1`);
  }
  if (k > candidates) {
    throw new DataError(
      `queries: query ${number} wants ${k} of ${candidates} candidates; expected at most ${candidates}`,
    );
  }
}

function asRange(range: number | Range | undefined): Range | undefined {
  return typeof range === 'number' ? [range, range] : range;
}

function drawn(range: number | Range, random: Random): number {
  if (typeof range === 'number') return range;
  return range[0] + random.integer(range[1] - range[0] + 1);
}
