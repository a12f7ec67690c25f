import {
  checkDelta,
  checkFlag,
  checkFunction,
  checkInside,
  checkKeys,
  checkSeed,
  checkSignal,
  checkWhole,
} from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import { frozen } from '../../../lib/frozen.js';
import type { GreyImage, ImageInput } from '../../../lib/image/index.js';
import type { Clock } from '../../../lib/profile/index.js';
import { random } from '../../../lib/stats/index.js';
import { systemTimer } from '../../../lib/timer.js';
import { markUsed, type Reading, Scenes } from '../certification/index.js';
import { DialReader, modelAt } from '../dial/index.js';
import { isIterable, Pacer } from '../training/index.js';
import type { BeforeCertificate } from './certificate.js';
import { measureCosts } from './costs.js';
import { type BeforeParts, DetectorBefore } from './detectorBefore.js';
import { beforeGrid } from './options.js';
import { expectedCosts, pathOf } from './path.js';
import { type SeenWindows, WindowReader } from './seen.js';
import { type AcceptedTally, testPath } from './testPath.js';

/** Images, one after the other: an iterable, or a function that gives one. */
export type PlainImages =
  | Iterable<ImageInput>
  | AsyncIterable<ImageInput>
  | (() => Iterable<ImageInput> | AsyncIterable<ImageInput>);

/** Options of `certifyBefore`. */
export interface CertifyBeforeOptions {
  /** Images on which settings are found and costs are measured. The full model scores all windows of them. */
  readonly tuning: PlainImages;
  /**
   * Images drawn independently from those that the promise is for. The full model scores all windows of them. They are opened only if
   * some setting is cheaper than the full model on the tuning images.
   */
  readonly images: PlainImages;
  /** The share of accepted windows that may be lost at most, above 0 and below 1. */
  readonly epsilon: number;
  /** The chance, at most, that more are lost. @defaultValue 0.05 */
  readonly delta?: number;
  /**
   * No image has more windows that the full model accepts. The fewer, the fewer images it takes. @defaultValue twice as many as any
   * tuning image, and 8 at least
   */
  readonly maxAccepted?: number;
  /** Settings to try at most. @defaultValue 64 */
  readonly settings?: number;
  /** Whether images repeat, so that equal ones are draws of their own, and used ones new draws. @defaultValue false */
  readonly repeats?: boolean;
  /** @defaultValue 0 */
  readonly seed?: number | string;
  /** What costs are measured by, in milliseconds from any start. @defaultValue the system's */
  readonly clock?: Clock;
  /** It is read before each image. */
  readonly signal?: AbortSignal;
  /** Called after each image. */
  readonly onProgress?: (progress: {
    readonly step: 'tuning' | 'certification';
    readonly images: number;
  }) => void;
}

const KEYS = [
  'tuning',
  'images',
  'epsilon',
  'delta',
  'maxAccepted',
  'settings',
  'repeats',
  'seed',
  'clock',
  'signal',
  'onProgress',
] as const;

/** Costs are measured on so many tuning images. */
const TIMED = 8;

const LEAST_MOST = 8;

/**
 * Chooses how many stages a detector runs before its full model, and certifies that of the windows which the full model accepts at
 * least 1 - epsilon are passed on. False alarms cost only time.
 *
 * Settings and their costs come from the tuning images, before the certification images are opened. The test is by images as clusters
 * of windows: the windows of one image overlap. It walks from the setting that passes most windows to more selective ones
 * (fixed-sequence testing); of those that pass, the one that is expected to be cheapest is served. Where none passes, or the full
 * model alone is cheaper ('not worth it'), the full model scores every window.
 *
 * @param before of `Detector.before`, with the full model
 * @returns another one, with its certificate
 * @throws OptionError for options and images that can't be used, such as an image with more than `maxAccepted`; UsedRows for images
 * that were used before; DataError without images; what the model throws; the signal's reason if that is aborted
 * @see Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 2024
 * @example
 * const before = detector.before(network, { accept: 7, scaleFactor: 1.25, step: 4 });
 * const certified = await certifyBefore(before, { tuning, images, epsilon: 0.01, delta: 0.05 });
 * certified.certificate.verdict; // 'certified', or 'full-model-only' and why
 */
export async function certifyBefore(
  before: DetectorBefore,
  options: CertifyBeforeOptions,
): Promise<DetectorBefore> {
  if (!(before instanceof DetectorBefore)) {
    throw new OptionError('before', 'expected what Detector.before returns');
  }
  const checked = checkOptions(options);
  const { epsilon, delta, seed, clock, signal, onProgress } = checked;
  const { parts } = before;
  const { full } = parts;
  const { model: cascade, used } = parts.detector;
  const grid = beforeGrid(full, cascade, parts.options);
  const pacer = new Pacer(systemTimer, signal);

  const tuning = scenesOf(checked.tuning, { option: 'tuning', repeats: checked.repeats, signal });
  const seen: SeenWindows[] = [];
  const timed: GreyImage[] = [];
  const reader = new WindowReader(parts, grid, signal);
  for await (const { image } of tuning.read()) {
    await pacer.pause();
    seen.push(await reader.read(image));
    if (timed.length < TIMED) timed.push({ ...image, data: image.data.slice() });
    onProgress?.({ step: 'tuning', images: seen.length });
  }
  markUsed(used, tuning.digests);
  const path = pathOf(cascade, seen, epsilon, checked.settings);
  const costs = await measureCosts(cascade, full, grid, timed, path, clock, signal);
  const expected = expectedCosts(cascade, path, seen, costs, grid.batch);
  const cheapest = expected.reduce((best, each) => (each.cost < best.cost ? each : best));
  const most = seen.reduce((sum, { accepted }) => Math.max(sum, accepted.length), 0);
  const { maxAccepted = Math.max(LEAST_MOST, 2 * most) } = checked;
  if (cheapest.cost >= cheapest.fullCost) {
    return finished(parts, {
      verdict: 'full-model-only',
      reason: 'not worth it: on the tuning images no setting is cheaper than the full model alone',
      bound: null,
      setting: null,
      expected: cheapest,
      seed: null,
      digests: [],
    });
  }

  const scenes = scenesOf(checked.images, { option: 'images', repeats: checked.repeats, used, signal });
  const dial = new DialReader(path, cascade);
  const tally: AcceptedTally = { accepted: [], lost: [] };
  for await (const { image, index } of scenes.read()) {
    await pacer.pause();
    const { accepted, stages, sums } = await reader.read(image);
    if (accepted.length > maxAccepted) {
      throw new OptionError(
        'images',
        `the full model accepts ${accepted.length} windows of image ${index}, and 'maxAccepted' is ${maxAccepted}: the bound holds for images with no more; state the most that an image may have`,
      );
    }
    const lost = new Uint16Array(path.length);
    for (const window of accepted) {
      for (let j = dial.passed(stages[window], sums[window]); j < path.length; j++) lost[j]++;
    }
    tally.accepted.push(accepted.length);
    tally.lost.push(lost);
    onProgress?.({ step: 'certification', images: tally.accepted.length });
  }
  markUsed(used, scenes.digests);
  const stream = random(seed).fork('certification');
  const tested = testPath(tally, { epsilon, delta, maxAccepted }, expected, scenes.copies, stream);
  const { served, bound, reason } = tested;
  return finished(parts, {
    verdict: reason === null ? 'certified' : 'full-model-only',
    reason,
    bound,
    setting: served < 0 ? null : path[served],
    expected: served < 0 ? cheapest : expected[served],
    seed,
    digests: scenes.digests,
  });
}

function finished(parts: BeforeParts, certificate: BeforeCertificate): DetectorBefore {
  const { setting } = certificate;
  const served = setting === null ? null : modelAt(parts.detector.model, setting);
  return new DetectorBefore({ ...parts, served, certificate: frozen(certificate) });
}

function scenesOf(images: PlainImages, reading: Reading): Scenes {
  const { option } = reading;
  return new Scenes(async function* () {
    const source = typeof images === 'function' ? images() : images;
    if (!isIterable(source)) {
      throw new OptionError(option, 'expected images: an array, an iterable or a function that gives one');
    }
    for await (const image of source) yield { image, boxes: [] };
  }, reading);
}

function checkOptions(options: CertifyBeforeOptions) {
  checkKeys(options, KEYS);
  const { tuning, images, epsilon, delta = 0.05, maxAccepted, settings = 64, repeats = false } = options;
  const { seed = 0, clock = systemTimer, signal, onProgress } = options;
  checkInside('epsilon', epsilon);
  checkDelta('delta', delta);
  if (maxAccepted !== undefined) checkWhole('maxAccepted', maxAccepted, 1, 65_535);
  checkWhole('settings', settings, 1);
  checkFlag('repeats', repeats);
  checkSeed('seed', seed);
  if (typeof clock !== 'object' || clock === null || typeof clock.now !== 'function') {
    throw new OptionError('clock', 'expected an object with a function now()');
  }
  checkSignal(signal);
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  return { tuning, images, epsilon, delta, maxAccepted, settings, repeats, seed, clock, signal, onProgress };
}
