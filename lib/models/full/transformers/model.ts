import { basename } from 'node:path';
import { checkFunction, checkKeys, checkWhole, show } from '../../../check.js';
import { ModelError, OptionError } from '../../../errors.js';
import { MOST_CHARACTERS, textLimit } from '../../../features/text/index.js';
import { type Closable, closable } from '../../../util/closable.js';
import { textDigest } from '../../../util/digest.js';
import { errorText } from '../../../util/errorText.js';
import { member } from '../../../util/member.js';
import { type FromRowsOptions, fromRows, type RowsContext } from '../rows/index.js';
import { writeSoftmax } from '../scores.js';
import type { TrainedModel } from '../trained.js';
import { folderHash, folderOf } from './folder.js';
import { logitsOf, type Text } from './logits.js';
import { type FolderOptions, pipelineOpener } from './open.js';
import {
  type ClassificationTask,
  type Classifier,
  checkOneLabel,
  classifierOf,
  entailmentOf,
  isTask,
  ownLabels,
  tokensOf,
} from './pipeline.js';

/** Options of `transformersModel`. */
export interface TransformersOptions<Row, L extends string = string>
  extends FolderOptions,
    Pick<FromRowsOptions<Row>, 'price' | 'batch' | 'timeoutMs' | 'timer'> {
  /** The text of a row. @defaultValue the row itself */
  readonly text?: (row: Row) => string;
  /**
   * The image of a row, for image-classification: a path, a URL, a Blob, or a RawImage. @defaultValue the row itself
   */
  readonly image?: (row: Row) => unknown;
  /** For a folder: its task. @defaultValue 'text-classification' */
  readonly task?: ClassificationTask;
  /**
   * The labels, where you want them in an order of yours: they must be the model's own. For zero-shot-classification
   * the labels to choose from, needed.
   */
  readonly labels?: readonly L[];
  /** For zero-shot-classification: a sentence in which `{}` stands for a label. @defaultValue 'This example is {}.' */
  readonly hypothesis?: string;
  /**
   * The number of tokens that are read of a text, 1 or more; the rest is cut off. @defaultValue as many as the model
   * takes
   */
  readonly limit?: number;
  /**
   * Characters of a text that are tokenized: of a longer one the beginning, with a warning, once. @defaultValue 32768
   */
  readonly maxCharacters?: number;
  /** Its name in errors and summaries. @defaultValue the folder's, of a pipeline as its configuration has it */
  readonly name?: string;
  /**
   * What identifies the model. @defaultValue for a folder the hash of its files, dtype and device; for a pipeline
   * that of its configuration alone
   */
  readonly fingerprint?: string;
  /** See `Model.tolerance`: other batches have other last bits; models in 8 bits differ by more. @defaultValue 1e-4 */
  readonly tolerance?: number;
}

const KNOWN = [
  ...['text', 'image', 'task', 'labels', 'hypothesis', 'limit', 'maxCharacters'],
  ...['dtype', 'device', 'session', 'transformers'],
  ...['name', 'fingerprint', 'price', 'tolerance', 'batch', 'timeoutMs', 'timer'],
];
const OF_FOLDERS = ['task', 'dtype', 'device', 'session', 'transformers'] as const;
const TOLERANCE = 1e-4;

/**
 * A classifier of transformers.js as a full model, or as a stage by `pretrained`: of texts, of texts by labels given
 * (zero-shot), or of images. It reads the rows themselves, so that no feature is made for it.
 *
 * Labels are those of the model's configuration. Texts are tokenized and run in batches of similar lengths; each
 * row's answer is that of the pipeline. Lone surrogates become U+FFFD. An empty text is a text.
 *
 * `close` disposes of a pipeline that was opened from a folder; a pipeline that you pass stays yours.
 *
 * Its `fingerprint` is the hash of the folder's files, dtype and device. A pipeline doesn't say where its weights are
 * from: give the folder, or a fingerprint.
 *
 * @param source a pipeline, or the folder of one: config.json, tokenizer.json, onnx/model.onnx
 * @throws MissingPackage without @huggingface/transformers; PackageConflict beside another onnxruntime-node;
 *   ArtifactError for what is no folder, or lacks a file; OptionError for another task, labels that aren't the model's, and a
 *   model of several labels at once. ModelError from `score`, naming the row, for one without a text, and for a
 *   pipeline that was disposed of
 *
 * @example
 * const full = await transformersModel('./models/sentiment', { text: (review: Review) => review.text, dtype: 'q8' });
 */
export async function transformersModel<Row = string, const L extends string = string>(
  source: unknown,
  options: TransformersOptions<Row, L> = {},
): Promise<TrainedModel<L> & Closable> {
  checkOptions(options);
  const { price, batch, timeoutMs, timer, tolerance = TOLERANCE, limit } = options;
  const isFolder = typeof source === 'string';
  const opened = isFolder
    ? await openFolder(source, options)
    : { given: source, ...ofPipeline(source, options) };
  const { given, name, fingerprint } = opened;
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    if (isFolder) await classifierOf(given).dispose();
  };
  try {
    const classifier = classifierOf(given);
    checkLimit(given, limit);
    const { labels, scores } = scorerOf(classifier, given, name, options);
    const model = fromRows<Row, L>({
      name,
      labels,
      fingerprint,
      tolerance,
      ...(price !== undefined && { price }),
      ...(batch !== undefined && { batch }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(timer !== undefined && { timer }),
      async score(rows, context) {
        if (!isOpen) throw new ModelError(name, 'it was closed');
        try {
          return await scores(rows, context);
        } catch (error) {
          throw disposed(name, error);
        }
      },
    });
    const stated = { task: classifier.task, limit: limit ?? null, hypothesis: options.hypothesis ?? null };
    return { ...model, options: stated, ...closable(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Labels, and the function that gives the probabilities of each for rows. */
function scorerOf<Row, L extends string>(
  classifier: Classifier,
  given: unknown,
  name: string,
  options: TransformersOptions<Row, L>,
): {
  readonly labels: readonly L[];
  readonly scores: (rows: readonly Row[], context: RowsContext) => Promise<Float64Array>;
} {
  const { limit } = options;
  const outputs = ownLabels(given);
  if (classifier.task === 'zero-shot-classification') {
    const { labels, hypothesis = 'This example is {}.' } = options;
    if (labels === undefined)
      throw new OptionError('labels', 'missing; zero-shot classification chooses from them');
    const entailment = entailmentOf(outputs);
    const textOf = textReader(name, options);
    const hypotheses = labels.map((label) => hypothesis.replace('{}', () => label));
    return {
      labels,
      async scores(rows, { signal }) {
        const texts = rows.flatMap((row, i) => {
          const text = textOf(row, i);
          return hypotheses.map((pair): Text => ({ text, pair }));
        });
        const all = await logitsOf(classifier, name, texts, outputs.length, limit, signal);
        const entails = texts.map((_, i) => all[i * outputs.length + entailment]);
        return softmax(
          entails,
          rows.length,
          labels.length,
          labels.map((_, i) => i),
        );
      },
    };
  }
  checkOneLabel(given, outputs);
  const labels = orderedLabels(outputs, options.labels);
  const places = labels.map((label) => outputs.indexOf(label));
  if (classifier.task === 'image-classification') {
    const { image = (row: Row): unknown => row } = options;
    return {
      labels,
      async scores(rows) {
        const listed = await classifier(rows.map(image), { top_k: outputs.length });
        return byLabel(name, listed, rows.length, labels);
      },
    };
  }
  const textOf = textReader(name, options);
  return {
    labels,
    async scores(rows, { signal }) {
      const texts = rows.map((row, i): Text => ({ text: textOf(row, i) }));
      const logits = await logitsOf(classifier, name, texts, outputs.length, limit, signal);
      return softmax(logits, rows.length, outputs.length, places);
    },
  };
}

/** Probabilities of the outputs at these places, in their order. */
function softmax(
  logits: ArrayLike<number>,
  rows: number,
  outputs: number,
  places: readonly number[],
): Float64Array {
  const all = new Float64Array(rows * outputs);
  writeSoftmax(logits, rows, outputs, all);
  const own = new Float64Array(all.length);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < outputs; c++) own[row * outputs + c] = all[row * outputs + places[c]];
  }
  return own;
}

/** What a pipeline of images lists for each, as probabilities in the order of the labels. */
function byLabel(name: string, listed: unknown, rows: number, labels: readonly string[]): Float64Array {
  const own = new Float64Array(rows * labels.length).fill(Number.NaN);
  const lists: readonly unknown[] = Array.isArray(listed) ? listed : [];
  if (lists.length !== rows) throw new ModelError(name, `gave ${lists.length} answers for ${rows} images`);
  lists.forEach((list, row) => {
    for (const entry of Array.isArray(list) ? list : []) {
      const [label, score] = [member(entry, 'label'), member(entry, 'score')];
      const at = typeof label === 'string' ? labels.indexOf(label) : -1;
      if (at >= 0 && typeof score === 'number') own[row * labels.length + at] = score;
    }
  });
  return own;
}

/** The model's labels in the order that is wanted. @throws OptionError for other labels */
function orderedLabels<L extends string>(
  own: readonly string[],
  wanted: readonly L[] | undefined,
): readonly L[] {
  if (new Set(own).size !== own.length) {
    throw new OptionError(
      'pipeline',
      `the model's configuration gives two outputs one label: ${own.join(', ')}`,
    );
  }
  if (wanted === undefined) return own as readonly L[]; // Without labels of the user's, L is string.
  const isOwn = wanted.length === own.length && own.every((label) => wanted.some((each) => each === label));
  if (isOwn) return wanted;
  throw new OptionError(
    'labels',
    `expected the model's own, ${own.map(show).join(', ')}, got ${wanted.map(show).join(', ')}: leave them ` +
      'out, or have your rows labelled as the model answers',
  );
}

/** Reads the text of a row: well-formed, no longer than it may be. */
function textReader<Row>(
  name: string,
  {
    text = (row: Row): unknown => row,
    maxCharacters = MOST_CHARACTERS,
  }: {
    readonly text?: ((row: Row) => unknown) | undefined;
    readonly maxCharacters?: number | undefined;
  },
): (row: Row, position: number) => string {
  const limited = textLimit(maxCharacters, `model '${name}': `);
  return (row, position) => limited(readText(name, text, row, position));
}

function readText<Row>(name: string, text: (row: Row) => unknown, row: Row, position: number): string {
  let value: unknown;
  try {
    value = text(row);
  } catch (error) {
    const why = errorText(error);
    throw new ModelError(name, `'text' failed: ${why}`, { row: position, cause: error });
  }
  if (typeof value === 'string') return value;
  throw new ModelError(name, `its text is ${show(value)}; expected a string, from 'text'`, { row: position });
}

interface Opened {
  readonly given: unknown;
  readonly name: string;
  readonly fingerprint: string;
}

async function openFolder<Row, L extends string>(
  path: string,
  options: TransformersOptions<Row, L>,
): Promise<Opened> {
  const { task = 'text-classification', dtype = 'fp32', device = 'cpu' } = options;
  const folder = await folderOf(path, task, dtype);
  const open = await pipelineOpener(options);
  const fingerprint = options.fingerprint ?? `${await folderHash(folder)}/${dtype}/${device}`;
  return { given: await open(task, folder.path), name: options.name ?? basename(folder.path), fingerprint };
}

function ofPipeline<Row, L extends string>(
  given: unknown,
  options: TransformersOptions<Row, L>,
): Omit<Opened, 'given'> {
  const strange = OF_FOLDERS.find((option) => options[option] !== undefined);
  if (strange !== undefined) {
    throw new OptionError(strange, 'is for a folder; a pipeline was made with its own');
  }
  const config = member(member(given, 'model'), 'config');
  const [from, type] = [member(config, '_name_or_path'), member(config, 'model_type')];
  const own = [from, type].find((each): each is string => typeof each === 'string' && each !== '');
  const { name = own === undefined ? 'transformers' : basename(own) } = options;
  const { fingerprint = `config:${textDigest(plain(config))}` } = options;
  return { name, fingerprint };
}

function plain(config: unknown): string {
  try {
    return JSON.stringify(config) ?? '';
  } catch {
    return '';
  }
}

/** ONNX Runtime's error doesn't say who disposed of what. */
function disposed(model: string, error: unknown): unknown {
  if (error instanceof ModelError || !(error instanceof Error) || !/dispos|released/i.test(error.message))
    return error;
  return new ModelError(model, 'its pipeline was disposed of: dispose of it when the cascade has served', {
    cause: error,
  });
}

function checkLimit(given: unknown, limit: number | undefined): void {
  const most = tokensOf(given);
  if (limit === undefined || most === undefined || limit <= most) return;
  throw new OptionError('limit', `expected at most ${most} tokens, which the model takes, got ${limit}`);
}

function checkOptions<Row, L extends string>(options: TransformersOptions<Row, L>): void {
  for (const name of ['multi_label', 'multiLabel']) {
    if (member(options, name) !== true) continue;
    throw new OptionError(
      name,
      'a row may then have none or many of the labels, so that there is no one answer: make a cascade for ' +
        'each label that counts',
    );
  }
  checkKeys(options, KNOWN);
  const { text, image, task, labels, hypothesis, limit, maxCharacters, dtype, device, name } = options;
  if (text !== undefined) checkFunction('text', text);
  if (image !== undefined) checkFunction('image', image);
  if (task !== undefined && !isTask(task)) {
    throw new OptionError(
      'task',
      `expected text-classification, zero-shot-classification or image-classification, got ${show(task)}`,
    );
  }
  if (
    labels !== undefined &&
    (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string'))
  ) {
    throw new OptionError('labels', `expected texts, got ${show(labels)}`);
  }
  if (hypothesis !== undefined && !(typeof hypothesis === 'string' && hypothesis.includes('{}'))) {
    throw new OptionError(
      'hypothesis',
      `expected a sentence with {} in place of a label, got ${show(hypothesis)}`,
    );
  }
  if (limit !== undefined) checkWhole('limit', limit, 1);
  if (maxCharacters !== undefined) checkWhole('maxCharacters', maxCharacters, 1);
  for (const [option, value] of Object.entries({ dtype, device, name })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      throw new OptionError(option, `expected text, got ${show(value)}`);
    }
  }
}
