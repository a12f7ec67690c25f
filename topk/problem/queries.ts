import type { Repeats } from '../../cascades/index.js';
import { type FittedBefore, heldByCopies, type Label, MOST_DRAWN } from '../../cascades/internal.js';
import { checkKeys, show } from '../../lib/check.js';
import {
  type Equals,
  equalsOf,
  KeySet,
  oneOfEach,
  RowReader,
  whereKnown,
  withOwnArrays,
} from '../../lib/data/rows/index.js';
import { DataError, OptionError } from '../../lib/errors.js';
import { type Random, sample, sampleGroups } from '../../lib/stats/index.js';
import type { Population, Range } from '../types.js';
import { areCopies, checkUntrained, equalQueries, refuseFitted } from './duplicates.js';
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
  /**
   * Whether it is of the second test, beside that of all queries: of a pool's rows that tuning never saw, or one of
   * equal queries of which no copy was tuned on.
   */
  readonly isUnseen?: boolean;
  /** Whether the second test counts it as lost, since it comes so often that tuning couldn't do without it. */
  readonly isLost?: boolean;
}

/** Queries and their rows. Each row is scored once, however many queries have it. */
export interface QuerySet<Row> {
  readonly rows: readonly Row[];
  readonly queries: readonly CheckedQuery[];
}

/**
 * Queries by the part they play. The certification queries are drawn by themselves, and decide nothing before they
 * test.
 */
export interface QueryParts<Row> {
  readonly tuning: QuerySet<Row>;
  readonly certification: QuerySet<Row>;
  /**
   * Rows to fit stages on if none were given: from queries that are in neither part, or rows of the
   * pool that no tuning query has.
   */
  readonly training: readonly Row[];
  readonly population: Population;
  /** Whether a plan must pass a second test too, that of `isUnseen` queries. */
  readonly isTestedTwice: boolean;
  /** Equal queries and rows. */
  readonly repeats: FoundRepeats;
  /**
   * Ranges that K and the numbers of candidates were drawn from, if they were: the population
   * includes the whole range, drawn or not.
   */
  readonly drawn: { readonly k: Range | undefined; readonly candidates: Range | undefined };
}

/** What equals something else among queries and their candidates. */
export interface FoundRepeats {
  /** Whether equal ones are copies of one draw, not draws of their own. */
  readonly areCopies: boolean;
  /** Whether the promise holds whichever they are. */
  readonly isEither: boolean;
  /** Queries that equal an earlier one; as copies they were left out. */
  readonly queries: number;
  /** Candidates that equal a training row; those of a query, each time. */
  readonly candidates: number;
}

export interface DrawOptions<Row, L extends Label> {
  readonly queries: readonly Query<Row, L>[] | QueryPool<Row>;
  /** Models that may have been fitted before, on rows that they know. */
  readonly models?: readonly FittedBefore[] | undefined;
  readonly k: number | Range | undefined;
  /** Codes of the classes that queries from a pool rank by; others have the ranking's own. */
  readonly rankClasses: readonly number[];
  readonly ranking: Ranking<L>;
  readonly bandOf: (k: number) => number;
  /** Share of the queries for the certificate. */
  readonly certify: number;
  /** Rows that train; none if some of the queries' have to. */
  readonly rows: readonly Row[] | undefined;
  readonly repeats: Repeats | undefined;
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
 * The share of what isn't set aside for the certificate, queries or rows of a pool, that trains if no training rows
 * are given.
 */
const TRAINING_SHARE = 0.4;

/** The share of a pool's different rows that are set aside: queries may be as large as half of the pool. */
const UNSEEN_SHARE = 0.5;

export function drawQueries<Row, L extends Label>(options: DrawOptions<Row, L>): QueryParts<Row> {
  const { queries } = options;
  return 'pool' in queries ? fromPool(queries, options) : fromArrays(queries, options);
}

function fromArrays<Row, L extends Label>(
  queries: readonly Query<Row, L>[],
  { models = [], k, ranking, bandOf, certify, rows, repeats, random }: DrawOptions<Row, L>,
): QueryParts<Row> {
  const drawK = random.fork('k');
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
  const placed = given.map((query) => ({
    candidates: query.rows,
    place: `queries: query ${query.number}, candidate`,
  }));
  if (repeats !== true)
    refuseFitted(models, placed, "of the queries' candidates, one query after the other, ");
  const known = checkUntrained(rows ?? [], repeats, placed);
  const equals = equalQueries(given);
  const isEither = repeats === undefined && equals.copies > 0;
  const counted = areCopies(repeats) ? given.filter((_, place) => equals.first[place] === place) : given;
  const checked = counted.map(({ rows: candidates, own, number }) => {
    const wanted = own.k ?? (k === undefined ? undefined : drawn(k, drawK));
    isDrawn ||= own.k === undefined;
    if (wanted === undefined)
      throw new OptionError('k', `missing; query ${number} doesn't say its own either`);
    checkCount(number, wanted, candidates.length);
    const rankClass =
      own.rankClass === undefined
        ? ranking.rankClass
        : codeOf(`queries[${number}].rankClass`, ranking.classes, own.rankClass);
    return { rows: candidates, k: wanted, rankClass, number };
  });
  const shuffle = random.fork('split');
  const parts = {
    certification: [] as DrawnQuery<Row>[],
    training: [] as DrawnQuery<Row>[],
    tuning: [] as DrawnQuery<Row>[],
  };
  // Equal queries may be of several bands, where K is drawn: then all are drawn as one.
  const bands = checked.map(({ k }) => (isEither ? 0 : bandOf(k)));
  for (const band of [...new Set(bands)].sort((a, b) => a - b)) {
    const order = Int32Array.from(bands.keys()).filter((q) => bands[q] === band);
    shuffle.shuffle(order);
    const tested = Math.round((isEither ? Math.min(MOST_DRAWN, certify) : certify) * order.length);
    const drawn = order.subarray(0, tested);
    const second = isEither ? testedTwice(equals, drawn, random.fork('held')) : undefined;
    const left = order.subarray(tested).filter((q) => second?.apart[q] !== 1);
    const trained = rows ? 0 : Math.round(TRAINING_SHARE * left.length);
    for (const q of drawn) parts.certification.push(checked[q]);
    for (const { query, isLost } of second?.tests ?? [])
      parts.certification.push({ ...checked[query], isUnseen: true, isLost });
    left.forEach((q, i) => {
      parts[i < trained ? 'training' : 'tuning'].push(checked[q]);
    });
  }
  return {
    tuning: setOf(parts.tuning),
    certification: setOf(parts.certification),
    training: setOf(parts.training).rows,
    population: 'queries drawn like those given',
    isTestedTwice: isEither,
    repeats: { areCopies: areCopies(repeats), isEither, queries: equals.copies, candidates: known },
    drawn: { k: isDrawn ? asRange(k) : undefined, candidates: undefined },
  };
}

/**
 * The second test of queries some of which are equal: one of each of which no copy is tuned on, in an order by chance,
 * which is a sample of originals if equal queries are copies. The first test, of all that were drawn, is one of draws
 * if they are draws (docs/decisions/171).
 */
function testedTwice({ first }: Equals, drawn: Int32Array, random: Random) {
  const isDrawn = new Uint8Array(first.length);
  for (const query of drawn) isDrawn[query] = 1;
  const coins = random.fork('coins');
  const { unseen, lost, apart } = heldByCopies(first, isDrawn, () => coins.uniform());
  const one = oneOfEach({ first, copies: 0 }, random.fork('one of equals'));
  const oneOf = new Map(Array.from(one, (query) => [first[query], query]));
  const order = Int32Array.of(...unseen, ...lost);
  random.fork('order').shuffle(order);
  const isLost = new Set(lost);
  const tests = Array.from(order, (original) => ({
    query: oneOf.get(original) ?? original,
    isLost: isLost.has(original),
  }));
  return { tests, apart };
}

/**
 * The certificate's queries are subsets of the whole pool, drawn by random numbers of their own: the promise for
 * subsets of this pool is tested on such subsets, which are independent draws once the plan is fixed, although their
 * rows are in other queries too. The pool itself isn't drawn: the promise is about it. As many others, alike but for
 * their rows, are of rows that tuning never saw, nor copies of them: a plan that is good on the rows that made it,
 * and worse on others, must fail. With `repeats: true` no row counts as seen because an equal one was, and there are
 * none of these.
 */
function fromPool<Row, L extends Label>(
  { pool, size, count }: QueryPool<Row>,
  { models = [], k, rankClasses, certify, rows, repeats, random }: DrawOptions<Row, L>,
): QueryParts<Row> {
  const placed = [{ candidates: pool, place: 'queries.pool: row' }];
  if (repeats !== true) refuseFitted(models, placed, 'of queries.pool ');
  const known = checkUntrained(rows ?? [], repeats, placed);
  const tests = Math.round(certify * count);
  const all = Int32Array.from(pool.keys());
  const reader = new RowReader();
  const { keys } = reader.keysOf(pool);
  const sets = equalsOf(keys).first;
  const taught = whereKnown(keys, new KeySet(reader.keysOf(rows ?? []).keys));
  // Equal rows stay together: none of them must both train and choose, nor do either and count as unseen.
  const share = tests === 0 || repeats === true ? 0 : UNSEEN_SHARE;
  const unseen = setsOf(without(all, taught), sets, share, random.fork('unseen'));
  const seen = without(all, unseen);
  const trained = setsOf(seen, sets, rows ? 0 : TRAINING_SHARE, random.fork('training'));
  const training = Array.from(new Set(Array.from(trained, (row) => sets[row])), (row) => pool[row]);
  const others = without(seen, trained);
  const most = typeof size === 'number' ? size : size[1];
  for (const [part, hint] of [
    [others, '`rows` to train on'],
    [unseen, 'repeats: true, where only subsets of the whole pool are tested'],
  ] as const) {
    if (most <= part.length || (part === unseen && part.length === 0)) continue;
    throw new DataError(
      `queries.size: ${most} candidates, and ${part.length} rows of the pool are for such queries; ` +
        `expected fewer, or ${hint}`,
    );
  }
  const rowsFrom = (part: Int32Array, candidates: number, chance: Random) =>
    Array.from(sample(part.length, candidates, chance), (i) => pool[part[i]]);
  const draw = (part: Int32Array, number: number, first: number, chance: Random) =>
    Array.from({ length: number }, (_, i): DrawnQuery<Row> => {
      const candidates = drawn(size, chance);
      const wanted = drawn(k ?? 1, chance);
      checkCount(first + i, wanted, candidates);
      const rankClass = rankClasses[rankClasses.length === 1 ? 0 : chance.integer(rankClasses.length)];
      return { rows: rowsFrom(part, candidates, chance), k: wanted, rankClass, number: first + i };
    });
  const certification = draw(all, tests, 0, random.fork('certification queries'));
  const chance = random.fork('unseen queries');
  const apart = (unseen.length === 0 ? [] : certification).map((query) => ({
    ...query,
    rows: rowsFrom(unseen, query.rows.length, chance),
    number: count + query.number,
    isUnseen: true,
  }));
  return {
    certification: setOf([...certification, ...apart]),
    tuning: setOf(draw(others, count - tests, tests, random.fork('tuning queries'))),
    training,
    population: 'subsets drawn so from this pool',
    isTestedTwice: apart.length > 0,
    repeats: { areCopies: areCopies(repeats), isEither: false, queries: 0, candidates: known },
    drawn: { k: asRange(k), candidates: asRange(size) },
  };
}

/** Rows of a share of the sets of equal rows, a simple random sample of these. */
function setsOf(rows: Int32Array, sets: Int32Array, share: number, random: Random): Int32Array {
  const own = rows.map((row) => sets[row]);
  return sampleGroups(own, Math.round(share * new Set(own).size), random).map((i) => rows[i]);
}

function without(rows: Int32Array, others: Int32Array): Int32Array {
  const left = new Set(others);
  return rows.filter((row) => !left.has(row));
}

/** A query with its rows. */
type DrawnQuery<Row> = Omit<CheckedQuery, 'candidates'> & { readonly rows: readonly Row[] };

/** Queries over their rows, each row once. */
function setOf<Row>(queries: readonly DrawnQuery<Row>[]): QuerySet<Row> {
  const positions = new Map<Row, number>();
  const distinct: Row[] = [];
  const positionOf = (row: Row) => {
    const known = positions.get(row);
    if (known !== undefined) return known;
    positions.set(row, distinct.length);
    return distinct.push(row) - 1;
  };
  const all = queries.map(({ rows, ...query }) => ({
    ...query,
    candidates: Int32Array.from(rows, positionOf),
  }));
  return { rows: distinct, queries: all };
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
