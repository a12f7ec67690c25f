import { show } from '../../lib/check.js';
import { DataError } from '../../lib/errors.js';
import type { Label } from '../types/index.js';
import { distinctLabels } from './codes.js';

/** More classes than this that are numbers, each of few rows, are taken for the numbers of a regression. */
const MANY_NUMBERS = 50;
const ROWS_A_NUMBER = 20;
/** Stars in halves are classes; more different fractions than this are measured. */
const MANY_FRACTIONS = 20;

/**
 * The distinct labels, in order.
 *
 * @param given labels by the option that holds them
 * @throws DataError for a single class, labels of two types that print alike, and numbers that look like a regression's
 */
export function classesOf<L extends Label>(
  given: Readonly<Record<string, readonly L[] | undefined>>,
): readonly L[] {
  const all = Object.values(given).flatMap((labels) => labels ?? []);
  const classes = distinctLabels(all);
  if (classes.length < 2) {
    throw new DataError(
      `labels: every row is ${show(classes[0])}; expected at least two classes: one answer for all rows needs no model. If there are others, give rows of them`,
    );
  }
  checkAlike(classes, given);
  checkNumbers(classes, all.length);
  return classes;
}

/** `1` and `'1'` are mostly one class, read from two places. */
function checkAlike<L extends Label>(
  classes: readonly L[],
  given: Readonly<Record<string, readonly L[] | undefined>>,
): void {
  const byText = new Map<string, L>();
  for (const label of classes) {
    const other = byText.get(String(label));
    byText.set(String(label), label);
    if (other === undefined) continue;
    const [a, b] = [other, label].map((one) => `${show(one)} (a ${typeof one}, ${firstOf(one, given)})`);
    throw new DataError(
      `labels: ${a} and ${b} print alike and would be two classes; make them one type, with String(label) say`,
    );
  }
}

/** Notes on classes that are likely one, written in several ways, and on classes of several types. */
export function alikeNotes(classes: readonly Label[]): string[] {
  const alike = new Map<string, Label[]>();
  for (const label of classes) {
    const plain = plainOf(label);
    alike.set(plain, [...(alike.get(plain) ?? []), label]);
  }
  const sets = [...alike.values()].filter((labels) => labels.length > 1);
  const types = [...new Set(classes.map((label) => typeof label))];
  const firsts = types.map((type) => `${type} (${show(classes.find((label) => typeof label === type))})`);
  return [
    ...(sets.length === 0
      ? []
      : [
          `Classes that differ only in how they are written: ${few(sets.map((set) => set.map(show).join(' and ')))}. If they are one class, give their rows one label.`,
        ]),
    ...(types.length < 2 ? [] : [`Classes are of several types: ${firsts.join(', ')}.`]),
  ];
}

/** A label without case, space around it, what isn't seen, and the several forms of a character or a number. */
function plainOf(label: Label): string {
  const seen = String(label)
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '');
  const text = seen.trim().replaceAll(/\s+/g, ' ').toLowerCase();
  const number = Number(text);
  const isHeld = Number.isSafeInteger(number) || number % 1 !== 0;
  return text === '' || Number.isNaN(number) || !isHeld ? text : String(number);
}

/** The first five in a sentence. */
function few(what: readonly string[]): string {
  return what.length > 5 ? `${what.slice(0, 5).join(', ')} and ${what.length - 5} more` : what.join(', ');
}

function firstOf<L extends Label>(
  label: L,
  given: Readonly<Record<string, readonly L[] | undefined>>,
): string {
  for (const [name, labels = []] of Object.entries(given)) {
    const row = labels.indexOf(label);
    if (row >= 0) return name === 'labels' ? `row ${row}` : `row ${row} of ${name}`;
  }
  return 'no row';
}

function checkNumbers(classes: readonly Label[], rows: number): void {
  if (!classes.every((label) => typeof label === 'number')) return;
  const fractions = classes.filter((label) => !Number.isInteger(label)).length;
  const thin = classes.length > MANY_NUMBERS && classes.length * ROWS_A_NUMBER > rows;
  if (!thin && fractions <= MANY_FRACTIONS) return;
  const [some, others] = [classes.slice(0, 3).map(show).join(', '), classes.length - 3];
  throw new DataError(
    `labels: ${classes.length} different numbers in ${rows} rows (${some} and ${others} more) would be as many classes. To ` +
      "predict a number take a learner of numbers as 'full': ridgeRegression(), or gradientBoosting({ loss: 'squared' }). " +
      'If they are classes, give them as text: labels.map(String)',
  );
}

/** The number of units (rows, or groups) of each class for fitting models and choosing a plan. */
export interface ClassCounts<L extends Label> {
  readonly classes: readonly L[];
  /** Class of each row, and its group where rows have them. */
  readonly codes: ArrayLike<number>;
  readonly groups: ArrayLike<number> | undefined;
  /** The rows among which they are counted. */
  readonly among: Int32Array;
}

function countClasses<L extends Label>({ classes, codes, groups, among }: ClassCounts<L>): number[] {
  const found = classes.map(() => 0);
  const seen = classes.map(() => new Set<number>());
  for (const row of among) {
    const code = codes[row];
    if (groups !== undefined && seen[code].has(groups[row])) continue;
    if (groups !== undefined) seen[code].add(groups[row]);
    found[code]++;
  }
  return found;
}

/**
 * A row is judged by a model that was fitted without it: a class with a single row would be judged
 * by models that can't know it.
 *
 * @throws DataError naming the class
 */
export function checkThinClasses<L extends Label>(counts: ClassCounts<L>, all: number): void {
  const found = countClasses(counts);
  const thin = found.findIndex((count) => count < 2);
  if (thin < 0) return;
  const { classes, codes, groups, among } = counts;
  const what = groups === undefined ? 'row' : 'group';
  const total = Array.from(codes).filter((code) => code === thin).length;
  const kept = among.length < all ? ` (of ${total} in all: the others are for the certificate)` : '';
  throw new DataError(
    `labels: class ${show(classes[thin])} has ${found[thin]} ${what}${found[thin] === 1 ? '' : 's'} to fit and choose a plan ` +
      `on${kept}; expected at least 2, one to fit on while another judges. Give more of it, leave it out, or ` +
      'put it into one class with others',
  );
}

/** Notes on classes that some folds lack. */
export function thinNotes<L extends Label>(counts: ClassCounts<L>, folds: number): string[] {
  const found = countClasses(counts);
  const thin = counts.classes.flatMap((label, k) =>
    found[k] < folds ? [`${show(label)} (${found[k]})`] : [],
  );
  if (thin.length === 0) return [];
  const what = counts.groups === undefined ? 'rows' : 'groups';
  return [
    `Classes of fewer ${what} than the ${folds} that a fold each would take: ${few(thin)}. Models hardly learn them, and little is known of how these are answered.`,
  ];
}
