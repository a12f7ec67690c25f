import { checkKeys, checkWhole, show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import type { Model } from '../../../lib/learners/index.js';
import { type DetectOptions, detectOptions, type Size, type SizeOptions } from '../scan/index.js';

/** What a full model's answers stand for. */
export type WindowLabel = string | number | boolean;

/** A full model of windows. `labels` says what class 0, 1, … of its scores stand for, as in `TrainedModel`. */
export interface WindowModel extends Model {
  readonly labels?: readonly WindowLabel[];
}

/** The score of a window that the full model accepts, from its scores (one a class); null for one that it refuses. */
export type Accept = (scores: Float64Array) => number | null;

/** Options of `Detector.before`. */
export interface BeforeOptions
  extends Pick<DetectOptions, 'scaleFactor' | 'minNeighbors' | 'minSize' | 'maxSize'> {
  /** The windows that the full model accepts: those that it gives this label, or those that a function gives a score. */
  readonly accept: WindowLabel | Accept;
  /** From one window to the next, in pixels of a level, across and down. @defaultValue 4 */
  readonly step?: number;
  /** From one size of the window to the next, above 1. @defaultValue 1.25 */
  readonly scaleFactor?: number;
  /** A box is the mean of more than so many accepted windows; 0 for the windows themselves. @defaultValue 0 */
  readonly minNeighbors?: number;
  /** Width and height of the model's pictures: windows are resized to it. @defaultValue the detector's window */
  readonly size?: readonly [number, number];
  /**
   * Writes the model's input of a window: a picture's grey bytes, row by row, into as many numbers. The bytes change with the next
   * call. @defaultValue bytes / 255
   */
  readonly input?: (pixels: Uint8Array, out: Float32Array) => void;
  /** Windows that the model scores at a time. @defaultValue 256 */
  readonly batch?: number;
}

/** Options with their defaults. */
export interface BeforeGrid extends SizeOptions {
  readonly accept: Accept;
  readonly step: number;
  readonly minNeighbors: number;
  readonly size: readonly [number, number];
  readonly input: (pixels: Uint8Array, out: Float32Array) => void;
  readonly batch: number;
}

const KEYS = [
  'accept',
  'step',
  'scaleFactor',
  'minNeighbors',
  'minSize',
  'maxSize',
  'size',
  'input',
  'batch',
] as const;

/** @throws OptionError */
export function beforeGrid(model: WindowModel, { width, height }: Size, options: BeforeOptions): BeforeGrid {
  if (typeof model?.score !== 'function') {
    throw new OptionError('model', `expected a model with a function 'score', got ${show(model)}`);
  }
  checkKeys(options, KEYS);
  const { accept, step = 4, size = [width, height], input = toUnit, batch = 256, ...sizes } = options;
  checkWhole('step', step, 1);
  checkWhole('batch', batch, 1);
  for (const side of [size[0], size[1]]) checkWhole('size', side, 1, 4_096);
  if (typeof input !== 'function') throw new OptionError('input', `expected a function, got ${show(input)}`);
  const { scaleFactor = 1.25, minNeighbors = 0, ...limits } = sizes;
  return {
    ...detectOptions({ ...limits, scaleFactor, minNeighbors }),
    accept: acceptOf(model, accept),
    step,
    size,
    input,
    batch,
  };
}

function acceptOf({ labels = [] }: WindowModel, accept: WindowLabel | Accept): Accept {
  if (typeof accept === 'function') return accept;
  const at = labels.indexOf(accept);
  if (at < 0) {
    throw new OptionError('accept', `expected a function or one of ${labels.map(show)}, got ${show(accept)}`);
  }
  // The first of equals has the answer.
  return (scores) => (scores.indexOf(Math.max(...scores)) === at ? scores[at] : null);
}

function toUnit(pixels: Uint8Array, out: Float32Array): void {
  for (let i = 0; i < pixels.length; i++) out[i] = pixels[i] / 255;
}
