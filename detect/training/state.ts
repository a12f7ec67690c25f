import { isCount, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { type CascadeFeatures, type CascadeModel, checkCascadeModel } from '../model/index.js';
import type { StageRow } from './progress.js';

/** A training after some stage, as plain data that JSON can hold: numbers, strings, arrays. */
export interface TrainingState {
  readonly version: 2;
  /** The options that its stages depend on; they must be the same when it is resumed. */
  readonly options: string;
  readonly model: PlainModel;
  readonly table: readonly StageRow[];
  /** How many negatives were taken of an image at most, in training and in validation. */
  readonly perImage: readonly [number, number];
  /** Digests of the images that were read, and of those whose objects trained it or chose thresholds. */
  readonly used: readonly number[];
  readonly chosen: readonly number[];
}

type Plain<T> = {
  readonly [Key in keyof T]: T[Key] extends ArrayBufferView
    ? readonly number[]
    : T[Key] extends CascadeFeatures
      ? Plain<CascadeFeatures>
      : T[Key];
};

/** A `CascadeModel` with arrays for typed arrays. */
export type PlainModel = Plain<CascadeModel>;

export function plainModel(model: CascadeModel): PlainModel {
  const { features } = model;
  return {
    kind: model.kind,
    width: model.width,
    height: model.height,
    features: {
      count: features.count,
      rectangles: [...features.rectangles],
      weights: [...features.weights],
      tilted: [...features.tilted],
    },
    firstTree: [...model.firstTree],
    stageThresholds: [...model.stageThresholds],
    firstNode: [...model.firstNode],
    left: [...model.left],
    right: [...model.right],
    feature: [...model.feature],
    thresholds: [...model.thresholds],
    subsets: [...model.subsets],
    leaves: [...model.leaves],
  };
}

function modelOf(plain: PlainModel): CascadeModel {
  const { features } = plain;
  return {
    kind: plain.kind,
    width: plain.width,
    height: plain.height,
    features: {
      count: features.count,
      rectangles: Int32Array.from(features.rectangles),
      weights: Float32Array.from(features.weights),
      tilted: Uint8Array.from(features.tilted),
    },
    firstTree: Int32Array.from(plain.firstTree),
    stageThresholds: Float32Array.from(plain.stageThresholds),
    firstNode: Int32Array.from(plain.firstNode),
    left: Int32Array.from(plain.left),
    right: Int32Array.from(plain.right),
    feature: Int32Array.from(plain.feature),
    thresholds: Float32Array.from(plain.thresholds),
    subsets: Int32Array.from(plain.subsets),
    leaves: Float32Array.from(plain.leaves),
  };
}

/**
 * The model of a state.
 *
 * @param options those of the training that goes on
 * @throws OptionError (`resume`) for what is no state, or one of other options; ArtifactError for a model that can't
 *   be run
 */
export function resumedModel(state: TrainingState, options: string): CascadeModel {
  if (typeof state !== 'object' || state === null || state.version !== 2 || !Array.isArray(state.table)) {
    throw new OptionError('resume', `expected the state of a training by this release, got ${show(state)}`);
  }
  const { perImage, used, chosen } = state;
  if (!Array.isArray(perImage) || perImage.length !== 2 || !perImage.every((n) => isCount(n) && n > 0)) {
    throw new OptionError('resume', `expected two counts above 0 as perImage, got ${show(perImage)}`);
  }
  for (const [name, digests] of Object.entries({ used, chosen })) {
    if (Array.isArray(digests) && digests.every((digest) => isCount(digest))) continue;
    throw new OptionError('resume', `expected digests of images as ${name}, got ${show(digests)}`);
  }
  if (state.options !== options) {
    throw new OptionError(
      'resume',
      `the state was made with other options: ${state.options}; these are ${options}`,
    );
  }
  const model = modelOf(state.model);
  checkCascadeModel(model);
  return model;
}
