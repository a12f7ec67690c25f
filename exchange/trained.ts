import { sha256 } from '#sha256';
import { checkKeys, show } from '../lib/check.js';
import type { Block } from '../lib/data/blocks/index.js';
import { ModelError, OptionError } from '../lib/errors.js';
import type { Rounds } from '../lib/learn/kernels/index.js';
import type { Ensemble } from '../lib/learn/learners/index.js';
import type { TrainedModel, TrainedRegression } from '../lib/models/full/index.js';
import { applyLinks, type Link, numbersAfter } from './links.js';

/** Facts about a model that its file doesn't hold. */
export interface ImportOptions {
  /** The features whose blocks side by side are the model's columns, in that order. @defaultValue all, as defined */
  readonly reads?: readonly string[];
  /** @defaultValue `sha256:` and the hash of the file's content */
  readonly fingerprint?: string;
}

/** Options of an imported model of classes. */
export interface ClassOptions<L> extends ImportOptions {
  /** The labels of the model's classes 0, 1, … */
  readonly labels: readonly L[];
}

/** A model as its file describes it. */
export interface DescribedModel {
  readonly name: string;
  /** Whether a row's numbers are probabilities of classes. */
  readonly classifies: boolean;
  readonly columns: number;
  /** Whether blocks may have more columns, which it doesn't read. */
  readonly more?: boolean;
  /** How many sums a row has. */
  readonly outputs: number;
  /** Adds the sums up: trees round by round, weighted columns in one round. */
  readonly sums: Rounds;
  readonly links: readonly Link[];
  /** The labels that the file itself holds. */
  readonly labels?: readonly (string | number)[];
}

function checkReads(reads: unknown): void {
  if (reads === undefined) return;
  if (Array.isArray(reads) && reads.length > 0 && reads.every((name) => typeof name === 'string')) return;
  throw new OptionError('reads', `expected an array of names of features, got ${show(reads)}`);
}

/** @param content of the file, for its fingerprint */
export function trained<L>(
  model: DescribedModel,
  content: Uint8Array | string,
  options: ImportOptions & { readonly labels?: readonly L[] },
): TrainedModel<L> | TrainedRegression {
  checkKeys(options, ['labels', 'reads', 'fingerprint']);
  const { labels, reads, fingerprint = digest(content) } = options;
  checkReads(reads);
  const { name, outputs, links, sums } = model;
  const numbers = numbersAfter(links, outputs);
  const room = Math.max(outputs, numbers);
  const conclude = (rows: number, sums: Float64Array, out: Float64Array) => {
    if (out !== sums) out.set(sums.subarray(0, rows * outputs));
    applyLinks(links, rows, outputs, out);
  };
  const common = {
    name,
    fingerprint,
    ...(reads === undefined ? {} : { reads }),
    score(blocks: readonly Block[], out: Float64Array): void {
      const rows = checkedRows(model, blocks, out, room);
      sums.begin(rows, out);
      sums.advance(blocks, out, 0, sums.count);
      conclude(rows, out, out);
    },
  };
  if (!model.classifies) {
    if (labels !== undefined) {
      throw new OptionError('labels', `the model gives numbers, not classes: leave labels out`);
    }
    return { ...common, task: 'regression', classes: 1 };
  }
  checkLabels(labels, numbers, model.labels);
  const classes = { ...common, labels, classes: numbers };
  if (outputs > numbers) return classes;
  const ensemble: Ensemble & TrainedModel<L> = {
    ...classes,
    rounds: sums.count,
    sums: outputs,
    begin: sums.begin,
    advance(blocks, running, from, to) {
      checkedRows(model, blocks, running, outputs);
      sums.advance(blocks, running, from, to);
    },
    conclude,
    own: classes.score,
  };
  return ensemble;
}

function checkLabels(
  labels: readonly unknown[] | undefined,
  classes: number,
  own: readonly (string | number)[] | undefined,
): asserts labels {
  const theirs = own === undefined ? '' : ` (the file has ${own.slice(0, 10).map(show).join(', ')})`;
  if (!Array.isArray(labels)) {
    const got = labels === undefined ? '' : `, in an array; got ${show(labels)}`;
    throw new OptionError('labels', `give a label for each of the model's ${classes} classes${theirs}${got}`);
  }
  if (labels.length !== classes || new Set(labels).size !== classes) {
    throw new OptionError('labels', `expected ${classes} different ones${theirs}, got ${labels.length}`);
  }
  if (own === undefined || own.every((label, i) => label === i)) return;
  const at = own.findIndex((label, i) => typeof label === typeof labels[i] && label !== labels[i]);
  if (at !== -1) {
    throw new OptionError('labels', `class ${at} is ${show(labels[at])}, but ${show(own[at])} in the file`);
  }
}

function checkedRows(
  { name, columns, more = false }: DescribedModel,
  blocks: readonly Block[],
  out: Float64Array,
  width: number,
): number {
  const rows = blocks.length === 0 ? 0 : blocks[0].rows;
  const given = blocks.reduce((sum, block) => sum + block.columns, 0);
  if (blocks.length === 0 || (more ? given < columns : given !== columns)) {
    throw new ModelError(
      name,
      `reads ${columns} columns, but its ${blocks.length} blocks have ${given} together: name the features ` +
        `that it was trained on in 'reads'`,
    );
  }
  if (blocks.some((block) => block.rows !== rows)) {
    throw new ModelError(name, `got blocks of ${blocks.map((block) => block.rows).join(', ')} rows`);
  }
  if (out.length < rows * width) {
    throw new ModelError(
      name,
      `${rows} rows need ${rows * width} numbers, but there is room for ${out.length}`,
    );
  }
  return rows;
}

function digest(content: Uint8Array | string): string {
  return `sha256:${sha256([typeof content === 'string' ? new TextEncoder().encode(content) : content])}`;
}
