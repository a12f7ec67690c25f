import { checkInside, checkKeys, show } from '../../lib/check.js';
import { DataError, OptionError, VacuousBound } from '../../lib/errors.js';
import type { Decision } from '../../lib/runtime/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import {
  type Judged,
  type LossOn,
  limitsOf,
  lossName,
  lossOn,
  type Question,
  stated,
} from '../promise/index.js';
import type { Label } from '../terms/index.js';
import { questionOf } from './bound.js';
import { checkTuneOptions, type TuneOptions } from './options.js';
import { type Parts, type Rows, splitRows } from './split.js';

/** What `tune` was asked, checked and in terms of classes: nothing is computed yet. */
export interface Problem<Row, L extends Label> {
  readonly classes: readonly L[];
  readonly decision: Decision;
  readonly question: Question;
  readonly parts: Parts;
  readonly development: Labelled<Row>;
  readonly certification: Labelled<Row> & {
    /** Group of each row, where the unit is the group. */
    readonly groups: Int32Array | undefined;
    /** How many units there are. */
    readonly units: number;
  };
  readonly random: Random;
}

export interface Labelled<Row> extends Rows<Row> {
  /** Class of each row. */
  readonly labels: Int32Array | undefined;
}

export function problemOf<Row, L extends Label, Name extends string>(
  options: TuneOptions<Row, L, Name>,
): Problem<Row, L> {
  checkTuneOptions(options);
  const { rows, labels, full, certify, bound, seed = 0 } = options;
  const classes = 'fit' in full ? distinct([...(labels ?? []), ...(certify?.labels ?? [])]) : full.labels;
  if (classes.length < 2) {
    throw new DataError(`labels: every row is ${show(classes[0])}; expected at least two classes`);
  }
  const random_ = random(seed).fork('tune');
  const codes = labels && codesOf('labels', labels, classes);
  const groups = options.groups && keysOf(rows, options.groups);
  const parts = splitRows({
    rows,
    labels: codes,
    groups,
    split: options.split,
    separate: certify !== undefined,
    random: random_.fork('split'),
  });
  const take = (where: Int32Array): Labelled<Row> => ({
    rows: Array.from(where, (row) => rows[row]),
    origin: where,
    labels: codes && Int32Array.from(where, (row) => codes[row]),
  });
  const certification = certify
    ? {
        rows: certify.rows,
        origin: Int32Array.from(certify.rows.keys()),
        labels: certify.labels && codesOf('certify.labels', certify.labels, classes),
        groups: options.groups && keysOf(certify.rows, options.groups),
      }
    : { ...take(parts.certify), groups: groups && Int32Array.from(parts.certify, (row) => groups[row]) };
  return {
    classes,
    decision: decisionOf(options.decision, classes.length),
    question: questionOf(bound, classes, certification.labels !== undefined),
    parts,
    development: take(parts.development),
    certification: { ...certification, units: unitsOf(certification) },
    random: random_,
  };
}

function unitsOf({ rows, groups }: { rows: readonly unknown[]; groups: Int32Array | undefined }): number {
  return groups === undefined ? rows.length : new Set(groups).size;
}

/**
 * Refuses a bound that a constant answer would meet on the tuning rows: to certify it would say nothing. That recall of a
 * class alone is met by answering it to everything is in its nature, and no reason to refuse it.
 */
export function refuseVacuous(question: Question, judged: Judged, classes: readonly Label[]): void {
  const limits = limitsOf(question);
  classes.forEach((label, constant) => {
    const means = limits.map(({ loss }) => meanOfConstant(lossOn(loss, judged), judged, constant));
    // Of no row at all the mean is NaN, which meets nothing.
    if (!limits.every(({ epsilon }, i) => means[i] <= epsilon)) return;
    if (limits.every(({ loss }) => typeof loss !== 'string' && 'recall' in loss && loss.recall === constant))
      return;
    const lost = limits.map(
      ({ loss, epsilon }, i) =>
        `${means[i].toPrecision(2)} of ${lossName(stated(loss, classes))} on the tuning rows, within epsilon = ${epsilon}`,
    );
    throw new VacuousBound(
      `answering ${show(label)} to everything would lose ${lost.join(', and ')}: a bound like that promises nothing of the ` +
        'rare class. Ask for a smaller epsilon or a bound on that class (recall), or pass allowVacuous: true',
    );
  });
}

function meanOfConstant({ lost, counts }: LossOn, { full }: Judged, constant: number): number {
  let [sum, n] = [0, 0];
  for (let row = 0; row < full.length; row++) {
    if (!counts(constant, row)) continue;
    sum += lost(constant, row);
    n++;
  }
  return sum / n;
}

export function distinct<L extends Label>(labels: readonly L[]): readonly L[] {
  return [...new Set(labels)].sort((a, b) => {
    if (typeof a === typeof b) return a < b ? -1 : 1;
    return typeof a < typeof b ? -1 : 1;
  });
}

export function codesOf<L extends Label>(
  name: string,
  labels: readonly L[],
  classes: readonly L[],
): Int32Array {
  const codes = new Map(classes.map((label, code) => [label, code]));
  return Int32Array.from(labels, (label, row) => {
    const code = codes.get(label);
    if (code === undefined) {
      throw new DataError(
        `${name}: row ${row} is ${show(label)}; the full model knows ${classes.map(show).join(', ')}`,
      );
    }
    return code;
  });
}

function keysOf<Row>(rows: readonly Row[], key: (row: Row) => string | number): Int32Array {
  const codes = new Map<string | number, number>();
  return Int32Array.from(rows, (row) => {
    const value = key(row);
    const code = codes.get(value) ?? codes.size;
    codes.set(value, code);
    return code;
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
