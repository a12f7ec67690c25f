import {
  binomialPValue,
  binomialUpper,
  type Clusters,
  fixedSequence,
  type Random,
  ratioPValue,
  ratioUpper,
  rowsNeeded,
} from '../../lib/stats/index.js';
import type { SharedBounds } from './bounds.js';
import { clustersNeeded, imageClusters } from './imageClusters.js';

/** What the settings of a dial found in some images. */
export interface DialCounts {
  /** Images that were looked at. */
  images: number;
  /** Wanted objects of each image that the detection rate is for, and how many of them each setting met. */
  readonly objects: number[];
  readonly met: Uint16Array[];
  /** Images with more objects than that. */
  beyond: number;
  /** Images in which a setting has more than the allowed number of false detections. */
  readonly over: Int32Array;
  /** Images of which a window was drawn, and how many of these windows a setting falsely passes. */
  drawn: number;
  readonly wrong: Int32Array;
  readonly bounds: SharedBounds;
}

/** Nothing seen yet. */
export function noCounts(settings: number, bounds: SharedBounds): DialCounts {
  return {
    images: 0,
    objects: [],
    met: [],
    beyond: 0,
    over: new Int32Array(settings),
    drawn: 0,
    wrong: new Int32Array(settings),
    bounds,
  };
}

/** Settings that keep every bound, as a range of the dial: `first` is above `last` where there is none. */
export interface CertifiedRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The settings that can be shown to keep all bounds. Each bound walks the dial from the end that keeps it best: the
 * detection rate from the setting that passes most, false alarms from the one that passes least. A walk stops at the
 * first setting that fails its test, so that each test may spend all of the bound's part of delta, and all settings
 * that every walk has passed are certified together.
 *
 * The order of the images must not matter, so the betting test has them in a random one.
 */
export function certifiedRange(dialCounts: DialCounts, random: Random): CertifiedRange {
  const { bounds, over, wrong, images, drawn } = dialCounts;
  const { detection, falseDetections, falsePositives } = bounds;
  const settings = over.length;
  let last = settings - 1;
  if (detection) {
    const clustersAt = detectionClusters(dialCounts, detection.maxObjects, random);
    const pValue = (j: number) => ratioPValue(clustersAt(j), 1 - detection.rate, detection.delta);
    last = fixedSequence(pValue, settings, detection.delta);
  }
  const backwards = (counts: Int32Array, n: number, limit: number, delta: number) => {
    const pValue = (i: number) => (n === 0 ? 1 : binomialPValue(counts[settings - 1 - i], n, limit));
    return settings - 1 - fixedSequence(pValue, settings, delta);
  };
  const first = Math.max(
    0,
    falseDetections ? backwards(over, images, falseDetections.share, falseDetections.delta) : 0,
    falsePositives ? backwards(wrong, drawn, falsePositives.rate, falsePositives.delta) : 0,
  );
  return { first, last };
}

/**
 * Of each image the objects that a setting misses, and all objects: as shares of the image's own where their number
 * has no limit.
 */
function detectionClusters(
  { objects, met }: Pick<DialCounts, 'objects' | 'met'>,
  maxObjects: number | undefined,
  random: Random,
): (setting: number) => Clusters {
  const lost = (image: number, setting: number) => objects[image] - met[image][setting];
  if (maxObjects !== undefined) return imageClusters(objects, lost, maxObjects, random);
  const share = (image: number, setting: number) => lost(image, setting) / Math.max(1, objects[image]);
  return imageClusters(objects.map(hasAny), share, 1, random);
}

function hasAny(objects: number): number {
  return Math.min(1, objects);
}

/** The least number of images with which a bound can be kept if nothing ever goes wrong. */
export function imagesNeeded({
  objects,
  bounds: { detection, falseDetections, falsePositives },
}: Pick<DialCounts, 'objects' | 'bounds'>) {
  return {
    detection: detection
      ? clustersNeeded(
          detection.maxObjects === undefined ? objects.map(hasAny) : objects,
          detection.maxObjects ?? 1,
          1 - detection.rate,
          detection.delta,
        )
      : 0,
    falseDetections: falseDetections ? rowsNeeded(falseDetections.share, falseDetections.delta) : 0,
    falsePositives: falsePositives ? rowsNeeded(falsePositives.rate, falsePositives.delta) : 0,
  };
}

/** What images say of one setting: limits hold for it alone, and only if other images chose it. */
export function limitsAt(dialCounts: DialCounts, setting: number, random: Random) {
  const { bounds, over, wrong, images, drawn, objects, met } = dialCounts;
  const { detection, falseDetections, falsePositives } = bounds;
  return {
    objects: objects.reduce((sum, count) => sum + count, 0),
    met: met.reduce((sum, counts) => sum + counts[setting], 0),
    over: over[setting],
    wrong: wrong[setting],
    detection: detection
      ? 1 - ratioUpper(detectionClusters(dialCounts, detection.maxObjects, random)(setting), detection.delta)
      : null,
    falseDetections: falseDetections ? binomialUpper(over[setting], images, falseDetections.delta) : null,
    falsePositives:
      falsePositives && drawn > 0 ? binomialUpper(wrong[setting], drawn, falsePositives.delta) : null,
  };
}
