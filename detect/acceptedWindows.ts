import { checkFunction, checkKeys, checkWhole, show } from '../lib/check.js';
import { OptionError } from '../lib/errors.js';
import { checkDetector, type Detector } from './detector.js';
import type { GreyImage, ImageInput } from './image/index.js';
import { type DetectOptions, detectOptions } from './scan/index.js';
import {
  type BoxedImage,
  greyOf,
  type Images,
  readEach,
  type WindowSize,
  windowOf,
} from './training/index.js';

/** Options of `acceptedWindows`. */
export interface AcceptedWindowsOptions {
  /** A detector whose boxes are shown to the network: one that misses few objects and may find too much. */
  readonly detector: Detector;
  /** How it looks. @defaultValue `detect`'s own defaults */
  readonly detect?: DetectOptions;
  /** Width and height of the windows that the network gets. @defaultValue the detector's */
  readonly window?: WindowSize;
  /** Gets the windows of an image, in grey, and says which ones show the object, or a promise of it. */
  readonly accepts: (windows: readonly GreyImage[]) => readonly boolean[] | Promise<readonly boolean[]>;
}

/** What a network said of windows of images. */
export interface AcceptedWindows {
  /** The images in which it accepted something, with these boxes: `positives` of `trainDetector`. */
  readonly accepted: BoxedImage[];
  /** The windows that it refused, as images of the window's size: `negatives`, beside images without objects. */
  readonly refused: GreyImage[];
}

/**
 * Shows a network the boxes that a detector finds in images, and keeps those that it accepts: what a cheaper detector
 * is trained on, where nobody has drawn boxes.
 *
 * @param images in any number; one is looked at, and asked about, at a time
 * @throws OptionError for images and options that can't be used, and for answers that are none
 * @example
 * const { accepted, refused } = await acceptedWindows(frames, {
 *   detector: loose, window: [32, 32], accepts: (windows) => network.isFace(windows),
 * });
 * await trainDetector({ positives: accepted, negatives: [...empty, ...refused], window: [24, 24] });
 */
export async function acceptedWindows(
  images: Images,
  options: AcceptedWindowsOptions,
): Promise<AcceptedWindows> {
  checkKeys(options, ['detector', 'detect', 'window', 'accepts']);
  const { detector, detect = {}, accepts } = options;
  checkDetector('detector', detector);
  detectOptions(detect);
  checkFunction('accepts', accepts);
  const window = options.window ?? ([detector.model.width, detector.model.height] as const);
  if (!Array.isArray(window) || window.length !== 2) {
    throw new OptionError('window', `expected [width, height], got ${show(window)}`);
  }
  for (const side of window) checkWhole('window', side, 1);
  const [width, height] = window;
  const accepted: BoxedImage[] = [];
  const refused: GreyImage[] = [];
  let index = 0;
  for await (const given of readEach<ImageInput>('images', images, undefined)) {
    const image = greyOf('images', given, index);
    const { boxes } = detector.detect(image, detect);
    const windows = boxes.map((box) => ({
      data: windowOf({ image, box }, [width, height]),
      width,
      height,
      stride: width,
    }));
    const answers = windows.length === 0 ? [] : await accepts(windows);
    checkAnswers(answers, windows.length, index);
    const kept = boxes.filter((_, i) => answers[i]);
    if (kept.length > 0) accepted.push({ image, boxes: kept });
    for (const [i, refusal] of windows.entries()) if (!answers[i]) refused.push(refusal);
    index++;
  }
  return { accepted, refused };
}

function checkAnswers(answers: unknown, windows: number, image: number): void {
  const isSound = Array.isArray(answers) && answers.length === windows;
  if (isSound && answers.every((answer) => typeof answer === 'boolean')) return;
  throw new OptionError(
    'accepts',
    `image ${image}: expected true or false for each of ${windows} windows, got ${show(answers)}`,
  );
}
