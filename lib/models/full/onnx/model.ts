import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { checkKeys, checkTolerance, show } from '../../../check.js';
import type { Block } from '../../../data/blocks/index.js';
import { ArtifactError, ModelError, OptionError } from '../../../errors.js';
import type { ScoreContext } from '../../../learn/learners/index.js';
import type { BatchingOptions } from '../../../run/runtime/index.js';
import { type Closable, closable, type Resting } from '../../../util/closable.js';
import { errorText } from '../../../util/errorText.js';
import { lookAt } from '../../../util/lookAt.js';
import { type AdapterClassOptions, type AdapterOptions, fileName, trainedBy } from '../adapter.js';
import { Binding } from '../inputs.js';
import { type Costed, costed } from '../phaseCosts.js';
import { scoringOf, writeScores } from '../scores.js';
import type { TrainedModel, TrainedRegression } from '../trained.js';
import { loadRuntime } from './runtime.js';
import { declaredInputs, declaredOutput, LastingSession, openSession, runSession } from './session.js';

/** Options of `onnxModel`. */
export interface OnnxOptions extends AdapterOptions {
  /** The output that holds the scores. @defaultValue the only one, or `probabilities` */
  readonly output?: string;
  /** Execution providers, the preferred one first: `cpu`, `cuda`, `webgpu`, … @defaultValue cpu */
  readonly providers?: readonly string[];
  /** Further options of the runtime for its session, such as `intraOpNumThreads`. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** Gathers rows of concurrent calls. @defaultValue each call is run by itself */
  readonly batching?: BatchingOptions;
  /** A runtime in place of the package onnxruntime-node, for example onnxruntime-web. */
  readonly runtime?: unknown;
}

/** Options of `onnxModel` for a model of classes. */
export interface OnnxClassOptions<L> extends OnnxOptions, AdapterClassOptions<L> {}

const KNOWN = [
  ...['classes', 'scores', 'inputs', 'output', 'providers', 'session', 'batching', 'runtime'],
  ...['name', 'fingerprint', 'price', 'tolerance', 'fittedOn'],
];

/**
 * A model in an ONNX file, run by ONNX Runtime: of classes where `classes` are given, else of numbers. For files of
 * trees or weights alone `modelFromOnnx` needs no runtime.
 *
 * Inputs are rows x columns, in the shape and type that the model declares; a dense feature that is an input of
 * Float32 by itself is handed over uncopied. A run that fails rejects with a ModelError, and the next one gets a new
 * session: a device that is lost costs one batch. `rest()` releases the session until the next run.
 *
 * Its `fingerprint` is `sha256:` and the hash of the file, the providers and the types of the inputs.
 *
 * @param model its path, or its bytes
 * @throws MissingPackage without onnxruntime-node; PackageConflict on a worker thread where onnxruntime-node is below
 *   1.27, which aborts the process there; ArtifactError for a file that isn't there or is no model; OptionError for
 *   inputs, outputs, classes or providers that don't fit it
 *
 * @example
 * const full = await onnxModel('mail.onnx', { classes: ['ham', 'spam'], inputs: 'embedding', scores: 'logits' });
 */
export function onnxModel<const L>(
  model: string | Uint8Array,
  options: OnnxClassOptions<L>,
): Promise<TrainedModel<L> & Closable & Costed & Resting>;
export function onnxModel(
  model: string | Uint8Array,
  options?: OnnxOptions,
): Promise<TrainedRegression & Closable & Costed & Resting>;
export async function onnxModel<L>(
  model: string | Uint8Array,
  options: OnnxOptions & Partial<OnnxClassOptions<L>> = {},
): Promise<(TrainedModel<L> | TrainedRegression) & Closable & Costed & Resting> {
  checkKeys(options, KNOWN);
  if (typeof model !== 'string' && !(model instanceof Uint8Array)) {
    throw new OptionError('model', `expected a path or bytes, got ${show(model)}`);
  }
  const { classes, providers = ['cpu'], session = {}, price, batching, tolerance, fittedOn } = options;
  const { name = typeof model === 'string' ? fileName(model) : 'onnx' } = options;
  checkTolerance('tolerance', tolerance);
  const runtime = await loadRuntime(options.runtime);
  const content = await contentHash(model);
  let isFirst = true;
  const lasting = new LastingSession(async () => {
    // A later session is of the same model, or scores would change under its fingerprint.
    if (!isFirst && (await contentHash(model)) !== content) {
      throw new ArtifactError('foreign', 'the ONNX model was changed since it was opened: open it again');
    }
    isFirst = false;
    return openSession(runtime, { model, providers, session });
  });
  const { binding, output, scoring } = await lasting.use(async (opened) => {
    const declared = declaredOutput(opened, options.output);
    return {
      binding: new Binding(name, options.inputs, declaredInputs(opened)),
      output: declared.name,
      scoring: scoringOf(name, classes, options.scores, declared),
    };
  });
  const run = async (blocks: readonly Block[], out: Float64Array, { signal }: ScoreContext = {}) => {
    signal?.throwIfAborted();
    const fed = binding.tensors(blocks);
    const { shape, values } = await lasting
      .use((opened) => runSession(runtime, opened, fed, output))
      .catch((error: unknown) => {
        const why = errorText(error);
        throw new ModelError(name, `ONNX Runtime failed: ${why}`, { cause: error });
      });
    signal?.throwIfAborted();
    writeScores(scoring, output, shape, values, blocks[0].rows, out);
  };
  const fingerprint = options.fingerprint ?? [content, ...providers, binding.types].join('/');
  const stated = { inputs: binding.stated, output, scores: scoring.kind };
  const { score, costs } = costed(run, (blocks) => binding.tensors(blocks), classes?.length ?? 1);
  return {
    ...trainedBy(
      {
        name,
        fingerprint,
        options: stated,
        reads: binding.reads,
        readsRows: binding.readsRows,
        price,
        tolerance,
        fittedOn,
        score,
        ...closable(() => lasting.close()),
      },
      classes,
      batching,
    ),
    costs,
    rest: () => lasting.rest(),
  };
}

/**
 * @returns `sha256:` and the digest of a model's bytes, or of the file of that name, which may
 * exceed memory
 */
async function contentHash(model: string | Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  if (typeof model !== 'string') return `sha256:${hash.update(model).digest('hex')}`;
  try {
    for await (const part of createReadStream(model)) hash.update(part);
  } catch (error) {
    const why = errorText(error);
    throw new ArtifactError('unreadable', `the model can't be read${await lookAt(model)}: ${why}`, {
      cause: error,
    });
  }
  return `sha256:${hash.digest('hex')}`;
}
