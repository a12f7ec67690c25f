import { checkInside, checkKeys, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Decision } from '../../lib/exits/index.js';
import { RowReader } from '../../lib/rows/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import {
  type BoundSpec,
  type CertificationRows,
  type Contents,
  contentsAt,
  contentsOf,
  drawsOf,
  equalsAmong,
  unitsOf,
} from '../certification/index.js';
import type { Rows } from '../scoring/index.js';
import { type Label, widthOf } from '../types/index.js';
import { checkClasses, refuseTuned } from './alike.js';
import { specOf } from './bound.js';
import { checkThinClasses, classesOf, thinNotes } from './classes.js';
import { codesOf } from './codes.js';
import { withFolds } from './effort.js';
import { checkPredicted } from './learners.js';
import {
  approximateOf,
  checkTuneOptions,
  isRegression,
  type SettledOptions,
  type TuneOptions,
} from './options.js';
import { type RowSplit, splitRows } from './split.js';

/** The options of `tune`, checked and in terms of codes of classes, and its rows, split: nothing is computed yet. */
export interface Problem<Row, L extends Label> {
  /** None for regression. */
  readonly classes: readonly L[];
  /** Scores that a stage gives as answers: one a class, and for regression 1. */
  readonly width: number;
  readonly decision: Decision;
  readonly spec: BoundSpec;
  readonly split: RowSplit;
  readonly development: Labelled<Row> & { readonly contents: Contents };
  readonly certification: CertificationRows<Row>;
  /** Rows that equal an earlier row, unless inputs repeat. */
  readonly copies: number;
  readonly reader: RowReader;
  /** Notes on the rows, for the summary. */
  readonly notes: readonly string[];
  readonly random: Random;
}

export interface Labelled<Row> extends Rows<Row> {
  /** Class of each row, or its number. */
  readonly labels: Float64Array | undefined;
}

export function problemOf<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
): Problem<Row, L> {
  checkTuneOptions(options);
  const { rows, labels, full, certify, bound, seed = 0 } = options;
  const numeric = isRegression(full);
  const classes = numeric
    ? []
    : 'labels' in full
      ? full.labels
      : classesOf({ labels, 'certify.labels': certify?.labels });
  checkPredicted(approximateOf(options), classes);
  const random_ = random(seed).fork('tune');
  const codes = labels && codesOf('labels', labels, classes);
  const groups = options.groups && keysOf(rows, options.groups);
  const reader = new RowReader();
  const contents = contentsOf(reader, rows, options.groups);
  const repeats = options.repeats ?? false;
  const equals = repeats ? undefined : equalsAmong(contents);
  const other = certify && {
    groups: options.groups && keysOf(certify.rows, options.groups),
    contents: contentsOf(reader, certify.rows, options.groups),
    unlike: !(certify.repeats ?? repeats),
  };
  const split = splitRows({
    rows,
    equals: equals?.first,
    // Folds are stratified by class; numbers have none.
    strata: numeric ? undefined : codes && Int32Array.from(codes),
    groups,
    split: withFolds(options.split, options.effort ?? 'default', rows.length, certify !== undefined),
    separate: certify !== undefined,
    random: random_.fork('split'),
  });
  if (equals !== undefined && codes !== undefined && !numeric) checkClasses(equals, split, codes);
  if (other?.unlike) refuseTuned(other.contents, contents);
  const counts = !numeric && codes && { classes, codes, groups, among: split.development };
  // Parts that the caller chose may lack a class (a split by time); our own draws can avoid it.
  if (counts && 'fit' in full && typeof options.split !== 'function') checkThinClasses(counts, rows.length);
  const take = (where: Int32Array): Labelled<Row> => ({
    rows: Array.from(where, (row) => rows[row]),
    origin: where,
    labels: codes && Float64Array.from(where, (row) => codes[row]),
  });
  const drawing = random_.fork('one of equals');
  const kept = contentsAt(contents, split.certify);
  const certification =
    certify && other
      ? {
          rows: certify.rows,
          origin: Int32Array.from(certify.rows.keys()),
          labels: certify.labels && codesOf('certify.labels', certify.labels, classes),
          ...other,
          draws: other.unlike ? drawsOf(other.contents, drawing) : undefined,
        }
      : {
          ...take(split.certify),
          groups: groups && Int32Array.from(split.certify, (row) => groups[row]),
          contents: kept,
          draws: repeats ? undefined : drawsOf(kept, drawing),
          unlike: false,
        };
  return {
    classes,
    width: widthOf(classes),
    decision: numeric ? { kind: 'value' } : decisionOf(options.decision, classes.length),
    spec: specOf(bound, classes, certification.labels !== undefined),
    split,
    development: { ...take(split.development), contents: contentsAt(contents, split.development) },
    certification: { ...certification, units: unitsOf(certification) },
    copies: equals?.copies ?? 0,
    reader,
    notes: counts ? thinNotes(counts, Math.max(2, split.rounds.length)) : [],
    random: random_,
  };
}

/** A number for each different key. */
export function keysOf<Row>(rows: readonly Row[], key: (row: Row) => string | number): Int32Array {
  const codes = new Map<string | number, number>();
  const byText = new Map<string, number>();
  return Int32Array.from(rows, (row, i) => {
    const value: unknown = key(row);
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new DataError(`groups: row ${i} has the key ${show(value)}; expected a string or a number`);
    }
    const known = codes.get(value);
    if (known !== undefined) return known;
    // As two groups, one could be used to fit and the other to judge.
    const other = byText.get(String(value));
    if (other !== undefined) {
      throw new DataError(
        `groups: the keys of rows ${other} and ${i} print alike, ${show(key(rows[other]))} and ${show(value)}; make them one type`,
      );
    }
    byText.set(String(value), i);
    codes.set(value, codes.size);
    return codes.size - 1;
  });
}

function decisionOf<Row, L extends Label, Name extends string>(
  decision: TuneOptions<Row, L, Name>['decision'],
  classes: number,
): Decision {
  if (decision === undefined) return { kind: 'argmax' };
  checkKeys(decision, ['threshold', 'costs'], 'decision.');
  if ('threshold' in decision) {
    if (classes !== 2)
      throw new OptionError('decision.threshold', `needs two classes, there are ${classes}; use costs`);
    checkInside('decision.threshold', decision.threshold);
    return { kind: 'threshold', threshold: decision.threshold };
  }
  const { costs } = decision;
  const fits = (row: readonly number[]) =>
    Array.isArray(row) && row.length === classes && row.every(Number.isFinite);
  if (!Array.isArray(costs) || costs.length !== classes || !costs.every(fits)) {
    throw new OptionError(
      'decision.costs',
      `expected ${classes} rows of ${classes} numbers: costs[truth][answer]`,
    );
  }
  return { kind: 'costs', costs };
}
