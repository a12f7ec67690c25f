import { type Block, slice } from '../../../data/blocks/index.js';
import { ModelError } from '../../../errors.js';
import type { WriteScores } from '../../../learn/learners/index.js';
import type { JsonValue } from '../../../util/state.js';
import { Binding, type Inputs } from '../inputs.js';
import type { RowInputs } from '../rowInputs.js';
import { type OutputKind, type OutputNumbers, outputNamed, scoringOf, writeScores } from '../scores.js';
import { declared } from './network.js';
import type { Session } from './session.js';

export interface NetworkScoring {
  readonly name: string;
  readonly inputs: Inputs | RowInputs | undefined;
  /** Name of the output with the scores; undefined: the only one. */
  readonly output: string | undefined;
  /** The labels of the classes; undefined for regression. */
  readonly labels: readonly unknown[] | undefined;
  readonly scores: OutputKind | undefined;
  /** Rows that are run at a time. */
  readonly batch: number;
}

/**
 * How a network scores blocks: batch by batch, at once where its backend answers so.
 *
 * @throws OptionError for inputs, an output or classes that don't fit it
 */
export function networkScorer(
  session: Session,
  serving: NetworkScoring,
): {
  binding: Binding;
  score: WriteScores;
  /** Options that change its scores, for `Trained.options`. */
  options: JsonValue;
} {
  const { name, labels, batch } = serving;
  const { inputs, outputs } = session.ports;
  const binding = new Binding(name, serving.inputs, inputs.map(declared));
  const place = outputs.indexOf(outputNamed(outputs, serving.output));
  const output = declared(outputs[place]);
  const scoring = scoringOf(name, labels, serving.scores, output);
  const run = (blocks: readonly Block[], out: Float64Array): void | Promise<void> => {
    const write = ({ shape, numbers }: OutputNumbers) =>
      writeScores(scoring, output.name, shape, numbers, blocks[0].rows, out);
    const fed = binding.tensors(blocks);
    const given = failing(name, () => session.run(fed, place));
    return given instanceof Promise ? given.then(write) : write(given);
  };
  const width = labels?.length ?? 1;
  const score: WriteScores = (blocks, out, { signal } = {}) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    return inBatches(rows, batch, (from, to) => {
      signal?.throwIfAborted();
      if (to - from === rows) return run(blocks, out);
      const part = blocks.map((block) => slice(block, from, to));
      return run(part, out.subarray(from * width, to * width));
    });
  };
  const options = { inputs: binding.stated, output: output.name, scores: scoring.kind };
  return { binding, score, options };
}

/** Turns failures, synchronous or not, into the model's error. */
function failing<Result>(model: string, run: () => Result | Promise<Result>): Result | Promise<Result> {
  try {
    const result = run();
    return result instanceof Promise ? result.catch((error: unknown) => failed(model, error)) : result;
  } catch (error) {
    return failed(model, error);
  }
}

function failed(model: string, error: unknown): never {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  throw new ModelError(model, `TensorFlow.js failed: ${why}`, { cause: error });
}

/** Rows `from` … `to` - 1, one batch after the other; awaits a batch if it is asynchronous. */
function inBatches(
  rows: number,
  batch: number,
  run: (from: number, to: number) => void | Promise<void>,
  begin = 0,
): void | Promise<void> {
  for (let from = begin; from < rows; from += batch) {
    const waiting = run(from, Math.min(rows, from + batch));
    if (waiting !== undefined) return waiting.then(() => inBatches(rows, batch, run, from + batch));
  }
}
