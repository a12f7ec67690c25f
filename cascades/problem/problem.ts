import { checkInside, checkKeys, show } from '../../lib/check.js';
import { DataError, OptionError, VacuousBound } from '../../lib/errors.js';
import type { Decision } from '../../lib/runtime/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { lossOf, type Question } from '../promise/index.js';
import type { Label } from '../terms/index.js';
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
  const loss = bound.loss ?? (certification.labels === undefined ? 'disagreement' : 'accuracy');
  return {
    classes,
    decision: decisionOf(options.decision, classes.length),
    question: { loss, epsilon: bound.epsilon, delta: bound.delta ?? 0.05 },
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
 * Refuses a bound that a constant answer would meet on the tuning rows: to certify it would say nothing.
 *
 * @param full the full model's answers and the true classes of the tuning rows
 */
export function refuseVacuous(
  { loss, epsilon }: Question,
  full: Int32Array,
  labels: Int32Array | undefined,
  classes: readonly Label[],
): void {
  classes.forEach((label, constant) => {
    const lost = full.reduce(
      (sum, answer, row) => sum + lossOf(loss, constant, answer, labels?.[row] ?? -1),
      0,
    );
    if (lost / full.length > epsilon) return;
    throw new VacuousBound(
      `answering ${show(label)} to everything would lose ${(lost / full.length).toPrecision(2)} of ${loss} on the ` +
        `tuning rows, within epsilon = ${epsilon}: a bound like that promises nothing of the rare class. Ask for a ` +
        'smaller epsilon or a bound on that class (recall), or pass allowVacuous: true',
    );
  });
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
