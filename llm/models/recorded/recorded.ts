import { checkFunction, checkKeys, checkOneOf, show } from '../../../lib/check.js';
import { DataError, ModelError } from '../../../lib/errors.js';
import { fromRows, type TrainedModel } from '../../../lib/models/full/index.js';

/** An answer that was given before. */
export interface RecordedAnswer<L> {
  /** The row's key, as `key` gives it. */
  readonly key: string;
  /** Null where there was none that can be used. */
  readonly answer: L | null;
  /** The answer when it was asked a second time on purpose. */
  readonly second?: L | null | undefined;
}

/** Options of `recorded`. */
export interface RecordedOptions<Row, L extends string | number | boolean> {
  /** The model that gave the answers, in errors, summaries and plans. */
  readonly name: string;
  /** The labels of its classes 0, 1, … */
  readonly labels: readonly L[];
  /** A row's key: its text, or a number of its own. */
  readonly key: (row: Row) => string;
  /** By key. Of answers of one key that differ the first one counts. */
  readonly answers: Iterable<RecordedAnswer<L>> | ReadonlyMap<string, L>;
  /**
   * What becomes of rows without an answer: an error that names the row, or, with `degrade`, no answer: the cascade's policy
   * for faults answers them, and while tuning it is an error too. @defaultValue 'throw'
   */
  readonly unknown?: 'throw' | 'degrade' | undefined;
  /**
   * What identifies model, prompt and parameters: a cascade that was made with others is void. @defaultValue its name
   */
  readonly fingerprint?: string | undefined;
  /** Money that an answer costs where it isn't recorded, for the objective 'price'. @defaultValue 0 */
  readonly price?: number | undefined;
}

/** Of a key: the class of its first answer, and of its second; undefined where there is none. */
type Known = readonly [first: number | undefined, second: number | undefined];

const KNOWN = ['name', 'labels', 'key', 'answers', 'unknown', 'fingerprint', 'price'];

/**
 * A full model from answers that were paid for already: from logs, or batches that are finished. Nothing is asked. A cascade
 * of it can be served with a model that asks, by `Cascade.load` with the same name and fingerprint.
 *
 * An answer holds for every row of its key. Second answers, asked on purpose to see how often the model disagrees with
 * itself, are kept apart: where they are wanted and missing, that is an error too.
 *
 * @throws OptionError; DataError for an answer that is none of the labels. The model rejects with a ModelError that names
 *   the row without an answer
 *
 * @example
 * const full = recorded({
 *   name: 'gpt-4o-mini-2024-07-18', labels: ['for', 'against'], key: (row: Row) => row.text,
 *   answers: log.map(({ text, answer, again }) => ({ key: text, answer, second: again })),
 * });
 */
export function recorded<Row, const L extends string | number | boolean>(
  options: RecordedOptions<Row, L>,
): TrainedModel<L> {
  checkKeys(options, KNOWN);
  const { name, labels, key, answers, unknown = 'throw', fingerprint, price } = options;
  checkFunction('key', key);
  checkOneOf('unknown', unknown, ['throw', 'degrade']);
  let known: ReadonlyMap<string, Known> | undefined;
  const model = fromRows<Row, L>({
    name,
    labels,
    ...(fingerprint !== undefined && { fingerprint }),
    ...(price !== undefined && { price }),
    score: (rows, { ask }) => {
      const scores = new Float64Array(rows.length * labels.length);
      for (const [row, each] of rows.entries()) {
        const own = key(each);
        const found = known?.get(own);
        const answer = found?.[ask];
        if (answer !== undefined) scores[row * labels.length + answer] = 1;
        else if (unknown === 'degrade')
          scores.fill(Number.NaN, row * labels.length, (row + 1) * labels.length);
        else throw missing(name, row, own, ask, found !== undefined);
      }
      return scores;
    },
  });
  known = byKey(answers, labels);
  return model;
}

function byKey<L>(
  answers: RecordedOptions<never, L & (string | number | boolean)>['answers'],
  labels: readonly L[],
): ReadonlyMap<string, Known> {
  const classes = new Map(labels.map((label, c) => [String(label), c]));
  const known = new Map<string, Known>();
  const classOf = (key: string, answer: L | null | undefined) => {
    if (answer === null || answer === undefined) return undefined;
    const c = classes.get(String(answer).trim());
    if (c !== undefined) return c;
    throw new DataError(
      `answers: that of ${show(key)} is ${show(answer)}; expected one of ${labels.map(show).join(', ')}, or null where it can't be used`,
    );
  };
  for (const each of answers) {
    const { key, answer, second } = isPair(each)
      ? { key: each[0], answer: each[1], second: undefined }
      : each;
    if (typeof key !== 'string')
      throw new DataError(`answers: expected keys that are text, got ${show(key)}`);
    if (!known.has(key)) known.set(key, [classOf(key, answer), classOf(key, second)]);
  }
  if (known.size > 0) return known;
  throw new DataError('answers: there are none; expected { key, answer } of each row that was asked');
}

/** An entry of a Map. */
function isPair<L>(each: RecordedAnswer<L> | readonly [string, L]): each is readonly [string, L] {
  return Array.isArray(each);
}

function missing(name: string, row: number, key: unknown, ask: number, isKnown: boolean): ModelError {
  const what = isKnown
    ? ask === 0
      ? `has no answer that can be used for ${show(key)}`
      : `was asked about ${show(key)} only ${ask === 1 ? 'once' : 'twice'}: 'second' answers are needed where it may disagree with itself`
    : `was never asked about ${show(key)}: leave the row out, or ask for it with chatModel`;
  return new ModelError(name, what, { row });
}
