import { checkFlag, checkFunction, checkKeys, checkOneOf, checkSeed, checkSignal } from '../../lib/check.js';
import { random } from '../../lib/stats/index.js';
import { frozen } from '../../lib/util/frozen.js';
import { systemTimer } from '../../lib/util/timer.js';
import { checkDial, type Dial, fixedDial } from '../dial/index.js';
import type { CascadeModel } from '../model/index.js';
import { type DetectOptions, detectOptions } from '../scan/index.js';
import { Pacer } from '../training/index.js';
import { type DetectionBounds, shareDelta } from './bounds.js';
import { type DetectionCertificate, detectionCertificate } from './certificate.js';
import { certifiedRange } from './dialCounts.js';
import { Observer } from './observe.js';
import { type BoxedImages, markUsed, Scenes } from './scenes.js';

/** Options of `certifyDetector`. */
export interface CertifyDetectorOptions {
  /**
   * Images drawn independently from those that the promise is for, with the wanted objects of each. Neither the
   * detector nor the dial may have been made with them. Frames of one video aren't independent: take one of each.
   */
  readonly images: BoxedImages;
  /** What is to be promised. */
  readonly bounds: DetectionBounds;
  /**
   * The chance, at most, that any bound doesn't hold, shared by the bounds. @defaultValue the sum of the bounds' own
   * parts
   */
  readonly delta?: number;
  /** The settings to choose among, as `tuneDial` finds them. @defaultValue the detector as it is */
  readonly dial?: Dial;
  /** Options of `detect`, as it will be called. */
  readonly detect?: Omit<DetectOptions, 'signal'>;
  /**
   * Which of the certified settings is served: the one that finds most, or the one with the fewest false alarms.
   * @defaultValue 'permissive' if a bound limits false alarms, else 'selective'
   */
  readonly prefer?: 'permissive' | 'selective';
  /** Whether images repeat, so that equal ones are draws of their own, and used ones new draws. @defaultValue false */
  readonly repeats?: boolean;
  /** @defaultValue 0 */
  readonly seed?: number | string;
  /** It is read before each image. */
  readonly signal?: AbortSignal;
  /** Called after each image with how many were looked at. */
  readonly onProgress?: (progress: { readonly images: number }) => void;
}

const KEYS = [
  'images',
  'bounds',
  'delta',
  'dial',
  'detect',
  'prefer',
  'repeats',
  'seed',
  'signal',
  'onProgress',
] as const;

/** Tests the settings of a dial on images that are looked at here, once. */
export async function certifyModel(
  model: CascadeModel,
  options: CertifyDetectorOptions,
  used: Set<number>,
): Promise<DetectionCertificate> {
  checkKeys(options, KEYS);
  const { images, delta, detect = {}, repeats = false, seed = 0, signal, onProgress } = options;
  const bounds = shareDelta(options.bounds, delta);
  const { falseDetections, falsePositives } = bounds;
  const { prefer = falseDetections || falsePositives ? 'permissive' : 'selective' } = options;
  checkOneOf('prefer', prefer, ['permissive', 'selective']);
  checkFlag('repeats', repeats);
  checkSeed('seed', seed);
  checkSignal(signal);
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  const checked = detectOptions({ ...detect, ...(signal && { signal }) });
  const { dial = fixedDial(model) } = options;
  checkDial(dial, model, checked.isOpencv);
  markUsed(used, dial.digests ?? []);
  const scenes = new Scenes(images, { option: 'images', repeats, used, signal });
  const observer = new Observer({ model, settings: dial.settings, options: checked, bounds, seed });
  const pacer = new Pacer(systemTimer, signal);
  for await (const scene of scenes.read()) {
    await pacer.pause();
    await pacer.run(observer.add(scene));
    onProgress?.({ images: observer.dialCounts.images });
  }
  const stream = random(seed).fork('certification');
  const range = certifiedRange(observer.dialCounts, stream);
  return frozen(
    detectionCertificate(range, observer.dialCounts, dial, {
      options: checked,
      scenes,
      seed,
      prefer,
      random: stream,
    }),
  );
}
