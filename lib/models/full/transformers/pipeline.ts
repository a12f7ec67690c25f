import { show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import { member } from '../../../util/member.js';

const ENCODER = 'an encoder is a feature, embedding(pipeline, { … })';
const TASKS = ['text-classification', 'zero-shot-classification', 'image-classification'] as const;

/** Tasks of pipelines that choose among labels. */
export type ClassificationTask = (typeof TASKS)[number];

/** Tasks of pipelines that are opened from a folder. */
export type PipelineTask = ClassificationTask | 'feature-extraction';

/** Tokenizes texts, each with its pair where there are pairs, into a model's inputs. */
export type PairTokenizer = (texts: readonly string[], options: object) => unknown;

/** A pipeline of transformers.js, of one of the tasks above. */
export interface Classifier {
  (inputs: readonly unknown[], options: object): Promise<unknown>;
  readonly task: ClassificationTask;
  readonly model: (inputs: unknown) => Promise<unknown>;
  readonly tokenizer: PairTokenizer | undefined;
  dispose(): Promise<void>;
}

export function isTask(task: unknown): task is ClassificationTask {
  return TASKS.some((known) => known === task);
}

/** @throws OptionError for anything but a pipeline that chooses among labels, or one that lacks a part */
export function classifierOf(given: unknown): Classifier {
  const task = member(given, 'task');
  if (typeof given !== 'function' || task === undefined) {
    throw new OptionError(
      'pipeline',
      `expected the folder of a model, or a pipeline of transformers.js, got ${show(given)}`,
    );
  }
  const known = task === 'sentiment-analysis' ? 'text-classification' : task;
  if (!isTask(known)) {
    const hint = known === 'feature-extraction' ? `: ${ENCODER}` : '';
    throw new OptionError('pipeline', `its task is ${show(task)}; expected ${TASKS.join(', ')}${hint}`);
  }
  const [model, tokenizer, dispose] = ['model', 'tokenizer', 'dispose'].map((name) => member(given, name));
  if (typeof model !== 'function') throw new OptionError('pipeline', 'it has no model');
  if (known !== 'image-classification' && typeof tokenizer !== 'function') {
    throw new OptionError('pipeline', `it has no tokenizer, which ${known} needs`);
  }
  return Object.assign(
    async (inputs: readonly unknown[], options: object): Promise<unknown> => given(inputs, options),
    {
      task: known,
      model: async (inputs: unknown): Promise<unknown> => model(inputs),
      tokenizer:
        typeof tokenizer === 'function'
          ? (texts: readonly string[], options: object) => tokenizer(texts, options)
          : undefined,
      dispose: async () => void (typeof dispose === 'function' && (await dispose.call(given))),
    },
  );
}

/** The model's own labels, in the order of its outputs. @throws OptionError where its configuration has none */
export function ownLabels(given: unknown): readonly string[] {
  const names = member(member(member(given, 'model'), 'config'), 'id2label');
  const labels = typeof names === 'object' && names !== null ? Object.entries(names) : [];
  const ordered = labels.sort(([a], [b]) => Number(a) - Number(b)).map(([, label]) => String(label));
  if (ordered.length === 0) {
    throw new OptionError(
      'pipeline',
      `the model's configuration names no labels (id2label): a classifier's does; ${ENCODER}`,
    );
  }
  return ordered;
}

/** @throws OptionError for a model whose labels don't exclude each other, or that gives a number */
export function checkOneLabel(given: unknown, labels: readonly string[]): void {
  const problem = member(member(member(given, 'model'), 'config'), 'problem_type');
  if (problem === 'multi_label_classification') {
    throw new OptionError(
      'pipeline',
      'the model is of several labels at once (problem_type: multi_label_classification): a row may have none or many, so that there is no one answer ' +
        "that a stage could give in the full model's place. Make a cascade for each label that counts: " +
        'fromRows with labels [false, true]',
    );
  }
  if (problem === 'regression' || labels.length < 2) {
    throw new OptionError(
      'pipeline',
      `the model gives a number, and no classes (${labels.length} label${labels.length === 1 ? '' : 's'}): ` +
        'take fromRows without labels',
    );
  }
}

/** The output of a model of natural language inference that says that a text entails the other. */
export function entailmentOf(outputs: readonly string[]): number {
  const at = outputs.findIndex((label) => label.toLowerCase() === 'entailment');
  if (at >= 0) return at;
  throw new OptionError(
    'pipeline',
    `zero-shot classification needs a model with the label 'entailment'; it has ${outputs.join(', ')}`,
  );
}

/** The most tokens that the model takes, where its tokenizer or configuration says so. */
export function tokensOf(given: unknown): number | undefined {
  const most = member(member(given, 'tokenizer'), 'model_max_length');
  // Tokenizers without a limit state one of 1e30.
  if (typeof most === 'number' && most < 1e6) return most;
  const positions = member(member(member(given, 'model'), 'config'), 'max_position_embeddings');
  return typeof positions === 'number' ? positions : undefined;
}
