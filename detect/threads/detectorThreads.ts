import { availableParallelism } from 'node:os';
import { checkKeys, checkWhole } from '../../lib/check.js';
import { ThreadError } from '../../lib/errors.js';
import { type Closable, closable } from '../../lib/util/closable.js';
import { systemTimer } from '../../lib/util/timer.js';
import { startTeam, type Team } from '../../lib/util/workers/index.js';
import type { Detector } from '../detector.js';
import { type GreyImage, greyImage, type ImageInput } from '../image/index.js';
import type { CascadeFeatures, CascadeModel } from '../model/index.js';
import {
  type Detections,
  type DetectOptions,
  detectOptions,
  joiningParts,
  type ScanThreads,
  scanParts,
} from '../scan/index.js';
import { Pacer, type TrainingThreads } from '../training/index.js';
import type { DetectorJob } from './worker.js';

/** Options of threads for detectors. */
export interface DetectorThreadsOptions {
  /** How many, 1 or more. @defaultValue one for each processor */
  readonly threads?: number;
}

/** Worker threads for detectors. They don't keep a process alive; `close` ends them when their current work is done. */
export interface DetectorThreads extends Closable, TrainingThreads, ScanThreads {
  /** How many they are. */
  readonly threads: number;
  /**
   * What `detector.detect` gives, bit for bit and in its order, from all threads at once. Images may overlap.
   *
   * @param image grey bytes or RGBA, of any size; it is copied before the call returns
   * @throws OptionError for an image or option that can't be used; ThreadError if threads are lost one after another,
   *   or were closed; the signal's reason, at once if that is aborted
   */
  detect(detector: Detector, image: ImageInput, options?: DetectOptions): Promise<Detections>;
  share: Team<DetectorJob>['share'];
}

/**
 * Starts worker threads for detectors. `detect` scans one image on all of them; `trainDetector` takes them as
 * `threads`. Memory is shared with them, not copied. A lost thread is replaced, and what it was doing is done again.
 *
 * @param url of the threads' module; only tests have a reason to give it
 * @throws OptionError; ThreadError where no threads can be started
 * @example
 * const threads = await detectorThreads({ threads: 2 });
 * const { boxes } = await threads.detect(detector, { data, width: 640, height: 480 });
 * await threads.close();
 */
export async function detectorThreads(
  options: DetectorThreadsOptions = {},
  url: URL = new URL('./detectorWorker.js', import.meta.url),
): Promise<DetectorThreads> {
  checkKeys(options, ['threads']);
  const { threads = availableParallelism() } = options;
  checkWhole('threads', threads, 1);
  const team = startTeam<DetectorJob>(threads, url);
  const models = new WeakMap<CascadeModel, SharedModel>();
  const close = () => team.close();
  let detectors = 0;
  const sharedFor = ({ model }: Detector): SharedModel => {
    const known = models.get(model);
    if (known !== undefined) return known;
    const made = { number: detectors++, model: inSharedMemory(model) };
    models.set(model, made);
    return made;
  };
  return {
    threads,
    share: team.share,
    async detect(detector, image, options = {}) {
      const checked = detectOptions(options);
      const { signal } = checked;
      signal?.throwIfAborted();
      const grey = sharedImage(greyImage(image));
      const parts = scanParts(detector.model, grey, checked, threads);
      const { number, model } = sharedFor(detector);
      const isFast = detector.options.kernel !== 'plain';
      const job = {
        kind: 'scan',
        detector: 2 * number + Number(isFast),
        model,
        isFast,
        image: grey,
        parts,
      } as const;
      try {
        const answers = parts.length === 0 ? [] : await team.share(job, parts.length, signal);
        const pacer = new Pacer(systemTimer, signal);
        return await pacer.run(joiningParts(answers, grey, checked.minNeighbors));
      } catch (error) {
        // Errors lose their class between threads: here it is the right one.
        if (error instanceof ThreadError && error.reason === 'failed') return detector.detect(grey, options);
        throw error;
      }
    },
    ...closable(close),
  };
}

/** A model in shared memory, and its number. */
interface SharedModel {
  readonly number: number;
  readonly model: CascadeModel;
}

function sharedImage({ data, width, height, stride }: GreyImage): GreyImage {
  const copy = new Uint8Array(new SharedArrayBuffer(width * height));
  for (let y = 0; y < height; y++) copy.set(data.subarray(y * stride, y * stride + width), y * width);
  return { data: copy, width, height, stride: width };
}

function inSharedMemory(model: CascadeModel): CascadeModel {
  const { features } = model;
  const shared: CascadeFeatures = {
    count: features.count,
    rectangles: ints(features.rectangles),
    weights: floats(features.weights),
    tilted: new Uint8Array(new SharedArrayBuffer(features.tilted.length)),
  };
  shared.tilted.set(features.tilted);
  return {
    ...model,
    features: shared,
    firstTree: ints(model.firstTree),
    stageThresholds: floats(model.stageThresholds),
    firstNode: ints(model.firstNode),
    left: ints(model.left),
    right: ints(model.right),
    feature: ints(model.feature),
    thresholds: floats(model.thresholds),
    subsets: ints(model.subsets),
    leaves: floats(model.leaves),
  };
}

function ints(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

function floats(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
