import { consecutive } from '../../../lib/data/blocks/index.js';
import { DataError } from '../../../lib/errors.js';
import { groupFolds, type Random, sample, sampleGroups, stratifiedFolds } from '../../../lib/stats/index.js';
import { EITHER } from '../../holdout/index.js';
import type { Effort } from '../effort.js';
import type { DrawnSplit, RowSplit } from './types.js';

export const CERTIFY_SHARE = 0.4;
export const FOLDS = 5;
/** With so many rows to develop on, models of two thirds of them are nearly as good as of all, or of half of them. */
const THREE_FOLDS = 4_000;
const TWO_FOLDS = 10_000;

export interface DrawInput {
  /** How many rows there are. */
  readonly count: number;
  /** Class of each row: folds hold the same share of each. */
  readonly strata: Int32Array | undefined;
  /** Group of each row; groups stay whole. */
  readonly groups: Int32Array | undefined;
  /** The first equal row of each row, if rows repeat: equal rows stay together. */
  readonly equals?: Int32Array | undefined;
  /** Rows to certify on, and marks of those that take no part in tuning, where they are drawn already. */
  readonly drawn?: { readonly certify: Int32Array; readonly apart: Uint8Array } | undefined;
  readonly split: DrawnSplit | undefined;
  /** Whether certification rows come from elsewhere, so that all of these are for development. */
  readonly separate: boolean;
  readonly random: Random;
}

/**
 * Draws the certification rows first, unless they are drawn: a simple random sample (of groups, where rows have them,
 * or of sets of equal rows). Folds the rest, of which equal rows stay together.
 */
export function splitByDraw(input: DrawInput): RowSplit {
  const { count: rows, strata, equals, drawn, split, separate, random } = input;
  // A group's key is a function of the row, so equal rows are in one group already.
  const groups = input.groups ?? equals;
  const certify = drawn?.certify ?? drawnRows(rows, groups, separate ? 0 : certifyShare(split), random);
  const taken = drawn?.apart ?? new Uint8Array(rows);
  for (const row of certify) taken[row] = 1;
  const development = consecutive(0, rows).filter((row) => taken[row] === 0);
  const of = (all: Int32Array) => Int32Array.from(development, (row) => all[row]);
  const units = groups === undefined ? development.length : new Set(of(groups)).size;
  const folds = Math.min(split?.folds ?? FOLDS, units);
  if (folds < 2) {
    const left = `${units} ${input.groups ? 'groups' : equals ? 'different rows' : 'rows'} left for tuning`;
    const hint =
      input.groups === undefined && equals !== undefined
        ? `, since no model can tell equal rows apart: give rows that differ; ${EITHER}`
        : '';
    throw new DataError(`${left} are too few to fit and choose a plan on: expected at least 2${hint}`);
  }
  const fold =
    groups === undefined
      ? stratifiedFolds(
          strata === undefined ? new Int32Array(development.length) : of(strata),
          folds,
          random.fork('folds'),
        )
      : input.groups === undefined && strata !== undefined
        ? stratifiedSets(of(groups), of(strata), folds, random.fork('folds'))
        : groupFolds(of(groups), folds, random.fork('folds'));
  const all = consecutive(0, development.length);
  const rounds = Array.from({ length: folds }, (_, f) => ({
    fit: all.filter((row) => fold[row] !== f),
    score: all.filter((row) => fold[row] === f),
  }));
  return { development, certify, rounds, fit: all, scored: all };
}

/** The share of rows for the certificate. */
export function certifyShare(split: DrawnSplit | undefined): number {
  return split?.certify ?? CERTIFY_SHARE;
}

/** The rows for the certificate: a simple random sample, of groups where rows have them. */
export function drawnRows(
  rows: number,
  groups: Int32Array | undefined,
  share: number,
  random: Random,
): Int32Array {
  return groups === undefined
    ? sample(rows, Math.round(rows * share), random.fork('certify'))
    : sampleGroups(groups, Math.round(new Set(groups).size * share), random.fork('certify'));
}

/**
 * The split with its number of folds, where that is left to the effort: each fold fits the full model
 * once more.
 *
 * @param rows all rows
 */
export function withFolds(
  split: DrawnSplit | undefined,
  effort: Effort,
  rows: number,
  separate: boolean,
): DrawnSplit | undefined {
  if (split?.folds !== undefined || effort === 'thorough') return split;
  const development = separate ? rows : rows * (1 - certifyShare(split));
  if (development >= TWO_FOLDS) return { ...split, folds: 2 };
  return { ...split, folds: effort === 'quick' || development >= THREE_FOLDS ? 3 : FOLDS };
}

/** Folds of sets of rows, each set of the stratum of its first. */
function stratifiedSets(sets: Int32Array, strata: Int32Array, folds: number, random: Random): Int32Array {
  const position = new Map<number, number>();
  const firsts: number[] = [];
  sets.forEach((set, row) => {
    if (position.has(set)) return;
    position.set(set, firsts.length);
    firsts.push(strata[row]);
  });
  const fold = stratifiedFolds(Int32Array.from(firsts), folds, random);
  return sets.map((set) => fold[position.get(set) ?? 0]);
}
