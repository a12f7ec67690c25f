import { consecutive } from '../../../lib/data/blocks/index.js';
import { DataError, OptionError } from '../../../lib/errors.js';
import { groupFolds, type Random, sample, sampleGroups, stratifiedFolds } from '../../../lib/stats/index.js';
import { EITHER, type RowsOf } from '../../holdout/index.js';

/** Which part a row plays: fitted on, used to choose the plan, or kept for the certificate. */
export type Part = 'train' | 'tune' | 'certify';

/**
 * Either how the rows are drawn (the share for the certificate; folds of the rest, so that each of its rows is scored
 * by models that didn't see it), or the part of each row, decided by a function of yours (a split by time).
 */
export type Split<Row> =
  | { readonly certify?: number; readonly folds?: number }
  | ((row: Row, index: number) => Part);

/** Positions of rows, by the parts they play. Plain data. */
export interface RowSplit {
  /** Rows that models are fitted on and plans chosen on. */
  readonly development: RowsOf<'development', Int32Array>;
  readonly certify: RowsOf<'certification', Int32Array>;
  /** Fitted and scored rows of each round, as positions among the development rows. */
  readonly rounds: readonly Round[];
  /** Rows that the served models are fitted on, as positions among the development rows. */
  readonly fit: RowsOf<'development', Int32Array>;
  /**
   * Rows that some round scores by models that didn't see them, as positions among the development
   * rows.
   */
  readonly scored: RowsOf<'development', Int32Array>;
}

export interface Round {
  readonly fit: Int32Array;
  readonly score: Int32Array;
}

/** How rows are drawn, where the user doesn't decide each row's part. */
export type DrawnSplit = Exclude<Split<never>, (...args: never[]) => unknown>;

export const CERTIFY_SHARE = 0.4;
export const FOLDS = 5;

export interface SplitInput {
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
  /** How rows are drawn, unless `parts` says it. */
  readonly split: DrawnSplit | undefined;
  /** The part of each row, where the user decides it. */
  readonly parts?: readonly Part[] | undefined;
  /** Whether certification rows come from elsewhere, so that all of these are for development. */
  readonly separate: boolean;
  readonly random: Random;
}

/**
 * Draws the certification rows first, unless they are drawn: a simple random sample (of groups, where rows have them,
 * or of sets of equal rows). Folds the rest, of which equal rows stay together.
 */
export function splitRows(input: SplitInput): RowSplit {
  const { count: rows, strata, equals, drawn, split, parts, separate, random } = input;
  if (parts !== undefined) return assigned(parts, input, separate);
  // A group's key is a function of the row, so equal rows are in one group already.
  const groups = input.groups ?? equals;
  const certify = drawn?.certify ?? drawnRows(rows, groups, separate ? 0 : shareOf(split), random);
  const taken = drawn?.apart ?? new Uint8Array(rows);
  for (const row of certify) taken[row] = 1;
  const development = consecutive(0, rows).filter((row) => taken[row] === 0);
  const of = (all: Int32Array) => Int32Array.from(development, (row) => all[row]);
  const units = groups === undefined ? development.length : new Set(of(groups)).size;
  const folds = Math.min(split?.folds ?? FOLDS, units);
  if (folds < 2) {
    const left = `${units} ${input.groups ? 'groups' : equals ? 'different rows' : 'rows'} left for tuning`;
    const hint = input.groups === undefined && equals !== undefined ? `; ${EITHER}` : '';
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
export function shareOf(split: DrawnSplit | undefined): number {
  return split?.certify ?? CERTIFY_SHARE;
}

function drawnRows(rows: number, groups: Int32Array | undefined, share: number, random: Random): Int32Array {
  return groups === undefined
    ? sample(rows, Math.round(rows * share), random.fork('certify'))
    : sampleGroups(groups, Math.round(new Set(groups).size * share), random.fork('certify'));
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

function assigned(
  parts: readonly Part[],
  { groups, equals }: Pick<SplitInput, 'groups' | 'equals'>,
  separate: boolean,
): RowSplit {
  parts.forEach((part, row) => {
    if (part === 'train' || part === 'tune' || (part === 'certify' && !separate)) return;
    throw new OptionError(
      'split',
      `row ${row}: expected 'train', 'tune'${separate ? '' : " or 'certify'"}, got '${part}'`,
    );
  });
  if (groups !== undefined) checkWhole(parts, groups);
  if (equals !== undefined) checkTogether(parts, equals);
  const where = (...wanted: Part[]) =>
    consecutive(0, parts.length).filter((row) => wanted.includes(parts[row]));
  const development = where('train', 'tune');
  const positions = consecutive(0, development.length);
  const fit = positions.filter((row) => parts[development[row]] === 'train');
  const scored = positions.filter((row) => parts[development[row]] === 'tune');
  if (fit.length === 0) throw new OptionError('split', "no row is 'train'; models need rows to be fitted on");
  if (scored.length === 0)
    throw new OptionError('split', "no row is 'tune'; a plan needs rows to be chosen on");
  return { development, certify: where('certify'), rounds: [{ fit, score: scored }], fit, scored };
}

function checkWhole(parts: readonly Part[], groups: Int32Array): void {
  const partOf = new Map<number, Part>();
  for (let row = 0; row < parts.length; row++) {
    const part = partOf.get(groups[row]) ?? parts[row];
    if (part !== parts[row]) {
      throw new OptionError('split', `row ${row} is '${parts[row]}', but others of its group are '${part}'`);
    }
    partOf.set(groups[row], part);
  }
}

function checkTogether(parts: readonly Part[], first: Int32Array): void {
  const row = first.findIndex((before, at) => parts[before] !== parts[at]);
  if (row < 0) return;
  throw new OptionError(
    'split',
    `row ${row} is '${parts[row]}', but row ${first[row]}, which it equals, is '${parts[first[row]]}'; ` +
      'give equal rows one part, or pass repeats: true if inputs repeat and each is a draw of its own',
  );
}
