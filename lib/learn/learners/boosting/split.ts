import type { BinnedColumn } from './bins.js';
import { BIN, type Loops } from './plainLoops.js';

/** Sums over the rows of a node; derivatives in units of the grid. */
export interface Sums {
  readonly first: number;
  readonly second: number;
  readonly rows: number;
}

/** The limits on leaves, in units of the grid. */
export interface LeafRules {
  readonly l2: number;
  readonly minRows: number;
  readonly minSecond: number;
  readonly minGain: number;
  /** Added to a category's second derivatives where categories are put in order. */
  readonly smoothing: number;
}

/** The range of a leaf's value, in units of the grid. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export const UNBOUNDED: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

export interface ColumnSplit {
  readonly column: BinnedColumn;
  readonly gain: number;
  readonly left: Sums;
  /** The last bin on the left, where bins have an order. */
  readonly bin: number;
  /** 1 for each bin that goes left, including that of missing values. */
  readonly goesLeft: Uint8Array;
}

/** Newton's step: where the quadratic through the sums is least. */
export function leafValue(first: number, second: number, l2: number, { lower, upper }: Bounds): number {
  const curvature = second + l2;
  return Math.min(upper, Math.max(lower, curvature > 0 ? -first / curvature : 0));
}

/**
 * The division of a node into two that gains most: the sums of G^2 / (H + l2) of both less the
 * node's, where G and H are the sums of first and second derivatives (Chen and Guestrin, XGBoost,
 * KDD 2016, section 2.2). Missing values are tried on both sides (section 3.4). Ties go to the
 * first column and its lowest bin.
 *
 * @param scanner scans a node's bins, with room for its numbers
 * @returns undefined if nothing gains
 */
export function bestSplit(
  histogram: Float64Array,
  columns: readonly BinnedColumn[],
  node: Sums,
  rules: LeafRules,
  bounds: Bounds,
  { loops, cut }: BinScanner,
): ColumnSplit | undefined {
  const before = reduction(node.first, node.second, rules.l2, bounds);
  // Written out: objects made by spread are slow to make and to read.
  const search: Search = {
    node,
    rules,
    bounds,
    histogram,
    column: undefined,
    // Rounding of equal sums is no gain.
    score: before + Math.abs(before) * 1e-12 + rules.minGain,
    first: 0,
    second: 0,
    rows: 0,
    bin: 0,
    missingLeft: false,
    categories: [],
  };
  cut.set([node.first, node.second, node.rows, rules.l2, rules.minRows, rules.minSecond]);
  for (const column of columns) {
    if (column.zero !== -1) fillZero(histogram, column, node);
    if (column.edges === undefined) scanCategories(search, column);
    else {
      scanNumbers(search, column, false, loops, cut);
      if (column.hasMissing) scanNumbers(search, column, true, loops, cut);
    }
  }
  if (search.column === undefined) return undefined;
  const { column, score, first, second, rows, bin } = search;
  return {
    column,
    gain: score - before,
    left: { first, second, rows },
    bin,
    goesLeft: sides(search, column),
  };
}

/** Sets the bin of zeros that aren't stored to the node's sums less those of the other bins. */
function fillZero(histogram: Float64Array, column: BinnedColumn, { first, second, rows }: Sums): void {
  const zero = BIN * (column.first + column.zero);
  const end = BIN * (column.first + column.width);
  for (let at = BIN * column.first; at < end; at += BIN) {
    if (at === zero) continue;
    first -= histogram[at];
    second -= histogram[at + 1];
    rows -= histogram[at + 2];
  }
  histogram[zero] = first;
  histogram[zero + 1] = second;
  histogram[zero + 2] = rows;
}

/** What scans bins. */
export interface BinScanner {
  readonly loops: Pick<Loops, 'scan'>;
  readonly cut: Float64Array;
}

/** The best division so far. */
interface Search {
  readonly histogram: Float64Array;
  readonly node: Sums;
  readonly rules: LeafRules;
  readonly bounds: Bounds;
  column: BinnedColumn | undefined;
  score: number;
  /** Sums of the left side. */
  first: number;
  second: number;
  rows: number;
  bin: number;
  missingLeft: boolean;
  /** The bins on the left, where bins have no order. */
  categories: readonly number[];
}

function scanNumbers(
  search: Search,
  column: BinnedColumn,
  missingLeft: boolean,
  loops: Pick<Loops, 'scan'>,
  cut: Float64Array,
): void {
  const { histogram, bounds } = search;
  const missing = BIN * (column.first + column.bins);
  const missingRows = column.hasMissing ? histogram[missing + 2] : 0;
  if (missingLeft && missingRows === 0) return;
  // All values on one side are a valid division if missing values are on the other.
  const count = missingLeft || missingRows === 0 ? column.bins - 1 : column.bins;
  const from = BIN * column.first;
  const before = missingLeft ? missing : -1;
  cut[6] = search.score;
  const isBounded = column.monotone !== 0 || bounds !== UNBOUNDED;
  const found = isBounded
    ? scanBounded(search, column, from + BIN * count, before, cut)
    : loops.scan(histogram, from, from + BIN * count, before, cut);
  if (found < 0) return;
  search.column = column;
  search.score = cut[6];
  search.first = cut[7];
  search.second = cut[8];
  search.rows = cut[9];
  search.bin = (found - from) / BIN;
  search.missingLeft = missingLeft;
}

/**
 * As `Loops.scan`, where values have bounds or may only rise or fall. Written out: a score that is
 * passed as a function is called for each bin, and isn't inlined.
 */
function scanBounded(
  { histogram, node, rules, bounds }: Search,
  { first: begin, monotone }: BinnedColumn,
  to: number,
  before: number,
  cut: Float64Array,
): number {
  const { l2, minRows, minSecond } = rules;
  let first = before < 0 ? 0 : histogram[before];
  let second = before < 0 ? 0 : histogram[before + 1];
  let rows = before < 0 ? 0 : histogram[before + 2];
  let found = -1;
  for (let at = BIN * begin; at < to; at += BIN) {
    if (histogram[at + 2] === 0) continue;
    first += histogram[at];
    second += histogram[at + 1];
    rows += histogram[at + 2];
    if (rows < minRows || second < minSecond) continue;
    const otherSecond = node.second - second;
    if (node.rows - rows < minRows || otherSecond < minSecond) break;
    const score = boundedScore(first, second, node.first - first, otherSecond, l2, bounds, monotone);
    if (!(score > cut[6])) continue;
    found = at;
    cut.set([score, first, second, rows], 6);
  }
  return found;
}

/**
 * Categories ordered by G / H: the best of all subsets is then a prefix of that order (Fisher, On
 * Grouping for Maximum Homogeneity, JASA 1958). Missing values are a category like the others.
 */
function scanCategories(search: Search, column: BinnedColumn): void {
  const { histogram, node, rules, bounds } = search;
  const { l2, minRows, minSecond, smoothing } = rules;
  const at = (bin: number) => BIN * (column.first + bin);
  const rank = (bin: number) => histogram[at(bin)] / (histogram[at(bin) + 1] + smoothing);
  const present = Array.from({ length: column.width }, (_, bin) => bin)
    .filter((bin) => histogram[at(bin) + 2] > 0)
    .sort((a, b) => rank(a) - rank(b) || a - b);
  let first = 0;
  let second = 0;
  let rows = 0;
  for (let i = 0; i + 1 < present.length; i++) {
    const from = at(present[i]);
    first += histogram[from];
    second += histogram[from + 1];
    rows += histogram[from + 2];
    if (rows < minRows || second < minSecond) continue;
    const otherSecond = node.second - second;
    if (node.rows - rows < minRows || otherSecond < minSecond) return;
    const score = boundedScore(first, second, node.first - first, otherSecond, l2, bounds, 0);
    if (score > search.score) {
      Object.assign(search, { column, score, first, second, rows, bin: -1 });
      search.categories = present.slice(0, i + 1);
      search.missingLeft = search.categories.includes(column.bins);
    }
  }
}

/** The reduction of twice the loss by a leaf: G^2 / (H + l2) if its value is free. */
function reduction(first: number, second: number, l2: number, bounds: Bounds): number {
  const value = leafValue(first, second, l2, bounds);
  return -value * (2 * first + (second + l2) * value);
}

function boundedScore(
  first: number,
  second: number,
  other: number,
  otherSecond: number,
  l2: number,
  bounds: Bounds,
  monotone: number,
): number {
  const rise = leafValue(other, otherSecond, l2, bounds) - leafValue(first, second, l2, bounds);
  if (monotone * rise < 0) return Number.NEGATIVE_INFINITY;
  return reduction(first, second, l2, bounds) + reduction(other, otherSecond, l2, bounds);
}

/**
 * Missing values and categories that no row of the node has go where missing values go, or else
 * where more rows go.
 */
function sides(search: Search, column: BinnedColumn): Uint8Array {
  const { histogram, node, rows, bin, missingLeft, categories } = search;
  const rowsIn = (of: number) => histogram[BIN * (column.first + of) + 2];
  const isMissing = column.hasMissing && rowsIn(column.bins) > 0;
  const elsewhere = Number(isMissing ? missingLeft : 2 * rows >= node.rows);
  const goesLeft = new Uint8Array(column.bins + 1).fill(elsewhere);
  for (let b = 0; b < column.bins; b++) {
    if (column.edges) goesLeft[b] = Number(b <= bin);
    else if (rowsIn(b) > 0) goesLeft[b] = Number(categories.includes(b));
  }
  return goesLeft;
}
