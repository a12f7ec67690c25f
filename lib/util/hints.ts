/**
 * Remedies that errors append to their messages. Errors are otherwise the same: `lightHints.js` has
 * none of them.
 */
import { FeatureError } from '../errors.js';

export { looksLike } from './looks.js';

const A_BATCH =
  'the function gets an array of rows, and returns the numbers of all; for a function of one row write ' +
  'dense(columns, perRow(f))';

/** For a function given to `dense` that is meant for one row. */
export const OF_A_BATCH = `; ${A_BATCH}`;

/** How to load a state that is of another kind. */
export const SAME_KIND = ': load it with the kind of cascade, feature or model that saved it';

/** What to do with a feature's name that can't be one. */
export const OTHER_NAME = "; '__proto__' can't be one: give it another name";

/** Why options of vocabularies can't go with `hashing`. */
export const NO_VOCABULARY = ', so maxFeatures, minDf and maxDf say nothing: leave them out';

/** Which groups a pattern of tokens may have. */
export const GROUPS = ': groups are (?: … ), and one that captures';

/** What to do with a file that isn't one of this library. */
export const SAVED_FILE = '. Load a file that save() wrote';

/** What happened to a file whose checksum is another's. */
export const WHY_DAMAGED = ', so it was cut short or changed after it was saved';

/** What to do with a file of another version. */
export function otherRelease(version: string): string {
  return `: use a release that reads version ${version}, or save the cascade again with this one`;
}

/** Where it says what to do after a training. Errors, reasons of void certificates and help end with it. */
export const RETRAINED = " (see 'You retrained the model' in docs/retrained.md)";

/** Why a feature has other columns than before, and what to do. */
export const OTHER_COLUMNS =
  ': it was fitted anew, with another vocabulary for instance, or is defined otherwise, and no stage can read it any ' +
  'more. Load the features that the file was made with, or tune anew with its profile';

/** Which rows to give `load`. */
export const REFERENCE_ROWS =
  '; pass the rows that the cascade was made from (in their order, where they aren’t plain data), or those at ' +
  'cascade.reference.positions of them';

/** The value to return to `dense` instead of an invalid one. */
export function insteadOfNumbers(values: unknown): string {
  if (values === undefined) return '; does the function return what it computes?';
  if (Array.isArray(values) && values.some((value) => typeof value === 'object'))
    return '; make it one flat array, row after row: Float32Array.from(values.flat())';
  if (Array.isArray(values) || ArrayBuffer.isView(values)) return '; make it one: Float32Array.from(values)';
  return OF_A_BATCH;
}

/**
 * The remedy for NaN in a dense block.
 *
 * @param values of a function of a batch: if all are NaN, it probably read a field from an array of rows
 */
export function insteadOfNaN(values?: Float32Array): string {
  const ofOne = values?.every(Number.isNaN) ? `. If it was meant for one row: ${A_BATCH}` : '';
  return (
    '. For a missing value give the feature missing: true (models that take NaN), or missing: ' +
    `'indicator' (0, and a column that marks it)${ofOne}`
  );
}

/**
 * Why texts leave no column, and what to do. @param terms how many there are without limits on how many texts hold
 * them
 */
export function whyNoTerms(
  texts: number,
  blank: number,
  terms: number,
  {
    analyzer = 'word',
    ngrams = [1, 1],
    minDf = 1,
    maxDf = 1,
  }: { analyzer?: string; ngrams?: readonly number[]; minDf?: number; maxDf?: number },
): string {
  if (terms > 0)
    return (
      `: there are ${terms}, and none is in at least minDf: ${minDf} and at most maxDf: ${maxDf} of ` +
      'all texts. Lower minDf, or raise maxDf'
    );
  if (blank === texts) return ': all are empty. Does it read the right field?';
  return (
    `: ${blank} are empty, and the others hold nothing that analyzer '${analyzer}' with ngrams [${ngrams.join(', ')}] takes for a term` +
    (analyzer === 'word' ? " (words have two letters or digits, or more). Try analyzer: 'char'" : '')
  );
}

/**
 * The messages of a function of one row that gets a batch: a field isn't there, or has another
 * type.
 */
const NOT_THERE = /\b(undefined|null|not a function|not iterable)\b/;

/**
 * The failure of a function for `dense`; if it may have taken a batch for a row, the error points
 * that out.
 */
export function ofABatch(error: unknown, rows: number): unknown {
  if (!(error instanceof TypeError && NOT_THERE.test(error.message))) return error;
  const given = rows === 1 ? 'an array of 1 row' : `an array of ${rows} rows`;
  return new FeatureError('', undefined, `failed: ${error.message} (the function was given ${given})`, {
    cause: error,
  });
}

/** A description of an object that isn't plain; '' for others. */
export function ofKind(value: object): string {
  if (ArrayBuffer.isView(value) && 'length' in value) return `a ${kindOf(value)} of ${value.length}`;
  if (value instanceof Date)
    return `a Date, ${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()}`;
  if (value instanceof Promise) return 'a promise: await it first';
  if (value instanceof Map || value instanceof Set) return `a ${kindOf(value)} of ${value.size}`;
  return '';
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** The shape of options: the first few. */
export function shapeOf(known: readonly string[]): string {
  return `, { ${known.length > 4 ? `${known.slice(0, 4).join(', ')} …` : known.join(', ')} }`;
}

/** The remedy for a controller given in place of its signal. */
export function insteadOfSignal(given: unknown): string {
  return typeof given === 'object' && given !== null && 'signal' in given
    ? 'got its controller; give controller.signal'
    : '';
}

/** The option of `load` that is to blame, and what to give, where options were forgotten or left without braces. */
export function insteadOfLoad(options: unknown): readonly [option: string, instead?: string] {
  if (options === undefined)
    return ['features', 'missing; features come from code: load(path, { features })'];
  const isSet = typeof options === 'object' && options !== null && 'names' in options && 'get' in options;
  return isSet ? ['options', 'are the features themselves; expected { features }'] : ['options'];
}

/** What to give or call instead, if a table or one row was given. */
export function insteadOfRows(rows: unknown): string {
  if (typeof rows !== 'object' || rows === null || 'then' in rows) return '';
  if ('getChild' in rows && 'schema' in rows) return '; give tableRows(table), of spillway/data';
  return '; for one row there is predictOne()';
}

/** A percentage as the share that was probably meant. */
export function shareMeant(percentage: number): string {
  return percentage > 1 && percentage <= 100 ? `; did you mean ${percentage / 100}?` : '';
}

/** The value to give to `define` instead of one that is no feature. */
export function insteadOfFeature(given: unknown): string {
  if (typeof given === 'object' && given !== null && 'fit' in given && 'kind' in given)
    return "; it has no 'reads'; expected [], or the transforms that it reads";
  if (typeof given === 'object' && given !== null && 'read' in given)
    return ': it is a transform, which features read; give one of these, such as tfidf(transform)';
  return typeof given === 'function'
    ? '; give the function to one of these: dense(columns, ofABatch), tfidf(ofARow), oneHot(ofARow)'
    : ', made by dense, tfidf, counts, oneHot, lookup or embedding';
}

/**
 * The value that was probably meant, if a known one is a slip or two away, or the same as text.
 *
 * @returns "; did you mean 'bound'?", or nothing
 */
export function meant(wrong: unknown, known: readonly unknown[]): string {
  const like = String(wrong).toLowerCase();
  const most = Math.max(1, Math.floor(like.length / 4));
  let best: unknown;
  let least = Number.POSITIVE_INFINITY;
  for (const one of known) {
    const other = String(one).toLowerCase();
    const slips = slipsBetween(like, other);
    // Few begin a word with a slip.
    const allowed = most + Number(like.length > 2 && like[0] === other[0]);
    if (slips > allowed || slips >= least) continue;
    least = slips;
    best = one;
  }
  return best === undefined ? '' : `; did you mean ${typeof best === 'string' ? `'${best}'` : best}?`;
}

/** Characters left out, put in, changed or swapped with their neighbour (Damerau 1964; optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        last[j - 1] + Number(a[i - 1] !== b[j - 1]),
        last[j] + 1,
        row[j - 1] + 1,
        isSwapped ? before[j - 2] + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = row;
  }
  return last[b.length];
}

/** Names that a message lists. */
const LISTED = 20;

/** Which columns there are, where one isn't, and which was probably meant. */
export function columnsThere(missing: string, names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `; there are ${names.slice(0, LISTED).join(', ')}${more}${meant(missing, names)}`;
}

/** The same of an object's properties, and of those that it inherits. */
export function propertiesThere(missing: string, row: object): string {
  const names: string[] = [];
  for (const known in row) names.push(known);
  return columnsThere(missing, names);
}

/** What reads a column whose values are no numbers. */
export function insteadOfColumn(value: unknown, column: string): string {
  if (typeof value !== 'string') return '';
  // JSON has no dates.
  return /^\d{4}-\d\d-\d\d/.test(value)
    ? '; a date of JSON is a text: write milliseconds, or read it by a function: dense(1, perRow(f))'
    : `; give texts to oneHot(column('${column}')) or tfidf(column('${column}'))`;
}
