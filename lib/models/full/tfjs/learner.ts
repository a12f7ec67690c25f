import {
  checkFlag,
  checkFunction,
  checkKeys,
  checkPositive,
  checkTolerance,
  checkWhole,
  show,
} from '../../../check.js';
import type { Block } from '../../../data/blocks/index.js';
import { DataError, OptionError } from '../../../errors.js';
import {
  checkShapes,
  type FitContext,
  type FitShape,
  type Learner,
  type Model,
  type TrainingSet,
  targetDistributions,
  targetNumbers,
  type WriteScores,
} from '../../../learn/learners/index.js';
import { type Load, loadPackage } from '../../../util/packages.js';
import { Binding, type Inputs } from '../inputs.js';
import { startBackend } from './backends.js';
import { fitNetwork, targetsFor } from './fit.js';
import { artifactsOf, declared, isNetwork } from './network.js';
import { networkScorer } from './serve.js';
import { Session } from './session.js';
import { built } from './source.js';
import { networkOf, networkState, type StoredNetwork } from './stored.js';
import { loadTf } from './tf.js';
import type { BackendName, TfjsTrainable } from './types.js';
import { quickenWasm } from './wasm/index.js';

/** The shape that a network is built for. */
export interface NetworkShape {
  /** Numbers a row that its inputs have together. */
  readonly columns: number;
  /** 1 for regression. */
  readonly classes: number;
  /** For initialisers and the like, that the same seed gives the same network. */
  readonly seed: number;
}

/** Options of `tfjsLearner`. */
export interface TfjsLearnerOptions {
  /** Its name in plans and files: networks that are built differently need different names. */
  readonly name: string;
  /** @defaultValue 'classification' */
  readonly task?: 'classification' | 'regression';
  /** @defaultValue 5 */
  readonly epochs?: number;
  /** Rows a step. @defaultValue 128 */
  readonly batchSize?: number;
  /** A new optimizer for each fit, or the name of one. @defaultValue 'adam' */
  readonly optimizer?: string | (() => object);
  /** See `Model.tolerance`. @defaultValue 1e-5 */
  readonly tolerance?: number;
  /** The features that its inputs are made of. @defaultValue all, side by side, for a network of one input */
  readonly inputs?: Inputs;
  /** Multiplications of one row's way through the network, roughly: a tuning budget counts them. @defaultValue 1e6 */
  readonly multiplications?: number;
  /** @defaultValue the best that works here */
  readonly backend?: BackendName;
  /**
   * Replaces kernels of tfjs-backend-wasm in this process, when a fit runs on that backend: training takes minutes
   * rather than hours, or works at all. Convolutions can't be trained on wasm without it. All code of the process
   * that uses the backend gets these kernels; their results differ by rounding alone. @defaultValue false
   */
  readonly wasmKernels?: boolean;
  /** TensorFlow.js, where `build` takes another package's than `@tensorflow/tfjs-core`. */
  readonly tf?: object;
}

const KNOWN = [
  ...[
    'name',
    'task',
    'epochs',
    'batchSize',
    'optimizer',
    'inputs',
    'multiplications',
    'backend',
    'wasmKernels',
    'tf',
    'tolerance',
  ],
];

/**
 * Trains networks of TensorFlow.js: `build` makes a `tf.LayersModel`, not compiled, whose output is probabilities
 * (softmax of all classes, or the sigmoid of the second of two) or, for regression, one number.
 *
 * As full model it needs `approximate` learners beside it: its inputs are features that no stage need have. It is
 * trained by mini-batches, on cross-entropy or squared error. The order of the rows follows from the seed; weights
 * and dropout are drawn by tfjs: hand `seed` to the initialisers. Its models keep their weights as plain numbers, and
 * build the network when they first score.
 *
 * Models run on the backend that they were fitted on, also when they are loaded. With another
 * `backend`, a loaded cascade is void until it is certified again.
 *
 * `fit` rejects with a MissingPackage or BackendError where tfjs can't run, a DataError for rows that can't be
 * fitted, and a ModelError where the loss is no number any more, or the backend has no kernel for a step of training.
 *
 * @param load how packages are imported; only tests have a reason to give it
 * @throws OptionError for options that are unknown or out of range
 *
 * @example
 * const learner = tfjsLearner(
 *   ({ columns, classes }) => tf.sequential({ layers: [
 *     tf.layers.dense({ inputShape: [columns], units: 64, activation: 'relu' }),
 *     tf.layers.dense({ units: classes, activation: 'softmax' }),
 *   ] }),
 *   { name: 'two layers', epochs: 10, optimizer: () => tf.train.adam(0.002) },
 * );
 */
export function tfjsLearner(
  build: (shape: NetworkShape) => TfjsTrainable,
  options: TfjsLearnerOptions,
  load: Load = loadPackage,
): Learner {
  checkFunction('build', build);
  checkKeys(options, KNOWN);
  const {
    task = 'classification',
    epochs = 5,
    batchSize = 128,
    optimizer = 'adam',
    multiplications = 1e6,
    wasmKernels = false,
  } = options;
  if (typeof options.name !== 'string' || options.name === '') {
    throw new OptionError('name', `expected what the networks are called, got ${show(options.name)}`);
  }
  checkTolerance('tolerance', options.tolerance);
  checkWhole('epochs', epochs, 1);
  checkWhole('batchSize', batchSize, 1);
  checkPositive('multiplications', multiplications);
  checkFlag('wasmKernels', wasmKernels);
  const name = `tfjs ${options.name}`;
  const served = lazily(name, options, load);
  return {
    name,
    task,
    // A backward step takes about twice as long as a forward one.
    work: ({ rows }: FitShape) => 3 * epochs * rows * multiplications,
    async fit(set: TrainingSet, context: FitContext) {
      context.signal?.throwIfAborted();
      checkShapes(set);
      const wanted =
        set.classes === 1 ? targetNumbers(set, "task 'regression' needs values") : targetDistributions(set);
      const tf = await loadTf(options.tf, load);
      const backend = await startBackend(tf, options.backend, load);
      if (wasmKernels && backend.name === 'wasm') quickenWasm(tf);
      const { blocks, positions } = chosenBlocks(set, options.inputs);
      const columns = blocks.reduce((sum, block) => sum + block.columns, 0);
      const network = build({ columns, classes: set.classes, seed: context.seed });
      try {
        if (!isNetwork(network) || typeof network.trainOnBatch !== 'function') {
          throw new OptionError('build', `expected a LayersModel, got ${show(network)}`);
        }
        const binding = new Binding(name, options.inputs, network.inputs.map(declared));
        const width = network.outputs[0].shape?.at(-1) ?? 0;
        const targets = targetsFor(set, wanted, width);
        await fitNetwork(
          tf,
          network,
          binding,
          blocks,
          targets,
          { name, epochs, batchSize, optimizer },
          context,
        );
        const artifacts = await artifactsOf(network);
        return served({ artifacts, classes: set.classes, positions, backend: backend.name });
      } finally {
        network?.dispose?.();
      }
    },
    load: (state) => served(networkOf(name, state)),
  };
}

/** The blocks of the features that the inputs name, and where they are among all. */
function chosenBlocks(
  { blocks, features }: TrainingSet,
  inputs: Inputs | undefined,
): { blocks: readonly Block[]; positions: readonly number[] | undefined } {
  if (inputs === undefined) return { blocks, positions: undefined };
  const named = typeof inputs === 'string' ? [inputs] : Object.values(inputs).flat();
  const positions = [...new Set(named)].map((feature) => {
    const position = features?.indexOf(feature) ?? -1;
    if (position === -1) {
      throw new DataError(
        `the network reads '${feature}'; there are ${features?.join(', ') ?? 'no names of features'}`,
      );
    }
    return position;
  });
  return { blocks: positions.map((position) => blocks[position]), positions };
}

/**
 * Models that build their networks when they first score. Networks of unreachable models are
 * disposed of.
 */
function lazily(name: string, options: TfjsLearnerOptions, load: Load): (stored: StoredNetwork) => Model {
  const forgotten = new FinalizationRegistry<Session>((session) => session.close());
  return (stored) => {
    const { artifacts, classes, positions } = stored;
    const backend = options.backend ?? stored.backend;
    const open = async () => {
      const tf = await loadTf(options.tf, load);
      const session = await Session.open(tf, load, backend, built(artifacts, name));
      forgotten.register(model, session);
      const labels = classes === 1 ? undefined : Array.from({ length: classes }, (_, c) => c);
      const { inputs } = options;
      return networkScorer(session, {
        name,
        inputs,
        output: undefined,
        labels,
        scores: undefined,
        batch: 256,
      }).score;
    };
    let score: WriteScores | undefined;
    let opening: Promise<WriteScores> | undefined;
    const model: Model = {
      name,
      classes,
      ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
      state: networkState(name, stored),
      changed:
        backend === stored.backend
          ? undefined
          : `'${name}' runs on the backend '${backend}', was certified on '${stored.backend}'`,
      score(blocks, out, context) {
        const read = positions === undefined ? blocks : positions.map((position) => blocks[position]);
        if (score !== undefined) return score(read, out, context);
        opening ??= open();
        return opening.then((opened) => {
          score = opened;
          return opened(read, out, context);
        });
      },
    };
    return model;
  };
}
