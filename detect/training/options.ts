import {
  checkFunction,
  checkKeys,
  checkOneOf,
  checkPositive,
  checkSeed,
  checkSignal,
  checkWhole,
  show,
} from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { pow } from '../../lib/util/math/index.js';
import {
  type Augmentation,
  checkAugmentation,
  checkImages,
  type ImageSource,
  type Positive,
  type WindowSize,
} from './examples/index.js';
import type { TrainingThreads } from './jobs.js';
import type { TrainingProgress } from './progress.js';
import type { TrainingState } from './state.js';

/**
 * Images that no stage is fitted on: thresholds are chosen by its objects, and false alarms counted by its negatives.
 * A third of the objects chooses nothing, and hits are counted on them, unless `test` has others.
 */
export interface ValidationImages {
  readonly positives: readonly Positive[];
  readonly negatives: ImageSource;
}

/** Options of `trainDetector`. */
export interface TrainingOptions {
  /**
   * The objects: crops of the window's size, all equal, or images with boxes, which are cut and resized to the window.
   */
  readonly positives: readonly Positive[];
  /**
   * Images that show no object, of any size. Windows of all sizes that pass the stages so far are what each stage
   * learns to refuse.
   */
  readonly negatives: ImageSource;
  /**
   * Images that no stage is fitted on, or the share of `positives` and `negatives` that is held out for it. Boxes of
   * one image and equal crops stay on one side. Near copies belong there, too: pass them as boxes of one image, or
   * pass the images yourself.
   * @defaultValue 0.2
   */
  readonly validation?: ValidationImages | number;
  /** Objects on which hits are counted: they choose nothing. @defaultValue a third of the validation objects */
  readonly test?: readonly Positive[];
  /**
   * Mirrored and jittered copies of the objects that stages are fitted on, drawn from the seed.
   * @defaultValue none
   */
  readonly augment?: Augmentation;
  /** The window in pixels, as `[width, height]`. @defaultValue the size of the crops */
  readonly window?: WindowSize;
  /** @defaultValue 'haar' */
  readonly kind?: 'haar' | 'lbp';
  /**
   * Haar features: `'basic'` has those of two, three and four rectangles; `'core'` adds lines of four parts and
   * squares around a centre. @defaultValue 'basic'
   */
  readonly haar?: 'basic' | 'core';
  /** How many features are drawn at random. @defaultValue all */
  readonly features?: number;
  /** Depth of weak learners: stumps, or trees of up to three nodes. @defaultValue 1 */
  readonly depth?: 1 | 2;
  /** Stages at most. @defaultValue 10 */
  readonly stages?: number;
  /** The share of validation objects that each stage passes at least. @defaultValue 0.995 */
  readonly hitRate?: number;
  /**
   * The share of validation negatives that each stage passes at most, unless it has `maxWeak` learners. @defaultValue
   * 0.4
   */
  readonly falseAlarmRate?: number;
  /** Weak learners of a stage at most. @defaultValue 100 */
  readonly maxWeak?: number;
  /**
   * Negative windows that a stage is fitted on, 1 or more. With few of them a stage learns those by heart, and needs
   * more weak learners to refuse others. Training ends where not even half of a given number are found.
   * @defaultValue as many as there are objects to train on, copies included, or 500 if that is more; half of the
   *   objects, or 30, are enough to go on
   */
  readonly negativesPerStage?: number;
  /** Negative windows by which a stage's false alarms are counted, 1 or more. @defaultValue `negativesPerStage` */
  readonly validationNegatives?: number;
  /** Training ends where no larger share of all windows passes. @defaultValue `falseAlarmRate ** stages` */
  readonly falsePositiveRate?: number;
  /** Windows visited at most while negatives of a stage are looked for. @defaultValue 200,000,000 */
  readonly maxWindows?: number;
  /** From one size of windows of negative images to the next. @defaultValue 1.25 */
  readonly scaleFactor?: number;
  /** @defaultValue 0 */
  readonly seed?: number | string;
  /** The state of an earlier training, with the same images and options: `stages`, targets and limits may be others. */
  readonly resume?: TrainingState;
  /**
   * Worker threads that compute features and search for splits: `detectorThreads` of `spillway/threads` gives them.
   * They give the bits of one thread. @defaultValue none
   */
  readonly threads?: TrainingThreads;
  /** It is read between images, and between weak learners; where threads compute, at once. */
  readonly signal?: AbortSignal;
  /** Called after each weak learner and each stage. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

const KEYS = [
  'positives',
  'negatives',
  'validation',
  'test',
  'augment',
  'window',
  'kind',
  'haar',
  'features',
  'depth',
  'stages',
  'hitRate',
  'falseAlarmRate',
  'maxWeak',
  'negativesPerStage',
  'validationNegatives',
  'falsePositiveRate',
  'maxWindows',
  'scaleFactor',
  'seed',
  'resume',
  'threads',
  'signal',
  'onProgress',
] as const;

const LEAST_SIDE = 3;
const MOST_SIDE = 4_096;

/** The options with their defaults. @throws OptionError */
export function trainingOptions(options: TrainingOptions) {
  checkKeys(options, KEYS);
  const {
    positives,
    negatives,
    validation = 0.2,
    test,
    window,
    features,
    resume,
    threads,
    signal,
    onProgress,
  } = options;
  checkPositives('positives', positives);
  checkImages('negatives', negatives);
  checkValidation(validation, negatives);
  if (test !== undefined) checkPositives('test', test);
  const augment = options.augment === undefined ? undefined : checkAugmentation(options.augment);
  const { kind = 'haar', haar = 'basic', depth = 1, seed = 0 } = options;
  if (window !== undefined) checkWindow(window);
  checkOneOf('kind', kind, ['haar', 'lbp']);
  checkOneOf('haar', haar, ['basic', 'core']);
  if (features !== undefined) checkWhole('features', features, 1);
  checkWhole('depth', depth, 1, 2);
  checkSeed('seed', seed);
  const { stages = 10, hitRate = 0.995, falseAlarmRate = 0.4, maxWeak = 100 } = options;
  checkWhole('stages', stages, 1);
  checkShare('hitRate', hitRate);
  checkShare('falseAlarmRate', falseAlarmRate);
  checkWhole('maxWeak', maxWeak, 1);
  const { negativesPerStage, validationNegatives, maxWindows = 2e8, scaleFactor = 1.25 } = options;
  if (negativesPerStage !== undefined) checkWhole('negativesPerStage', negativesPerStage, 1);
  if (validationNegatives !== undefined) checkWhole('validationNegatives', validationNegatives, 1);
  const { falsePositiveRate = pow(falseAlarmRate, stages) } = options;
  checkShare('falsePositiveRate', falsePositiveRate);
  checkWhole('maxWindows', maxWindows, 1);
  checkPositive('scaleFactor', scaleFactor);
  if (scaleFactor < 1.01) throw new OptionError('scaleFactor', `expected 1.01 or more, got ${scaleFactor}`);
  checkThreads(threads);
  checkSignal(signal);
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  const shape = { kind, haar, features, depth, seed };
  const targets = { stages, hitRate, falseAlarmRate, maxWeak, falsePositiveRate };
  const search = { negativesPerStage, validationNegatives, maxWindows, scaleFactor };
  return {
    positives,
    negatives,
    validation,
    test,
    augment,
    window,
    resume,
    threads,
    signal,
    onProgress,
    ...shape,
    ...targets,
    ...search,
  };
}

function checkThreads(threads: unknown): void {
  if (threads === undefined) return;
  if (typeof threads === 'object' && threads !== null && 'share' in threads && 'threads' in threads) return;
  throw new OptionError(
    'threads',
    `expected what detectorThreads() of spillway/threads gave, got ${show(threads)}`,
  );
}

function checkPositives(option: string, positives: unknown): void {
  if (!Array.isArray(positives)) {
    throw new OptionError(
      option,
      `expected an array of crops or of { image, boxes }, got ${show(positives)}`,
    );
  }
}

function checkValidation(validation: unknown, negatives: ImageSource): void {
  if (typeof validation === 'number') {
    if (!(validation > 0 && validation < 1)) {
      throw new OptionError('validation', `expected a share above 0 and below 1, got ${validation}`);
    }
    if (typeof negatives === 'function') {
      throw new OptionError(
        'validation',
        "expected { positives, negatives }, since 'negatives' is a function, and what it gives for one " +
          'seed may come again for another',
      );
    }
    return;
  }
  if (typeof validation !== 'object' || validation === null) {
    throw new OptionError(
      'validation',
      `expected a share or { positives, negatives }, got ${show(validation)}`,
    );
  }
  checkKeys(validation, ['positives', 'negatives'], 'validation.');
  checkPositives('validation.positives', 'positives' in validation ? validation.positives : undefined);
  checkImages('validation.negatives', 'negatives' in validation ? validation.negatives : undefined);
}

function checkWindow(window: unknown): void {
  if (!Array.isArray(window) || window.length !== 2) {
    throw new OptionError('window', `expected [width, height], got ${show(window)}`);
  }
  for (const side of window) checkWhole('window', side, LEAST_SIDE, MOST_SIDE);
}

function checkShare(name: string, value: unknown): void {
  if (typeof value !== 'number' || !(value > 0 && value <= 1)) {
    throw new OptionError(name, `expected a share above 0 and at most 1, got ${show(value)}`);
  }
}
