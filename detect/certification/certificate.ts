import type { Random } from '../../lib/stats/index.js';
import type { Dial, DialSetting } from '../dial/index.js';
import type { DetectOptions, detectOptions } from '../scan/index.js';
import { type CertifiedRange, type DialCounts, imagesNeeded, limitsAt } from './dialCounts.js';
import type { Scenes } from './scenes.js';

/** What every bound of a detector says. */
export interface DetectionClause {
  /** The chance, at most, that this bound doesn't hold. */
  readonly delta: number;
  /** The test, in words. */
  readonly method: string;
  /** Images tested. */
  readonly n: number;
  /** The least `n` that could have kept the bound if nothing had gone wrong; null where there were enough. */
  readonly imagesNeeded: number | null;
}

/** What is promised of a detector, on how much evidence. Plain data that can't be changed. */
export interface DetectionCertificate {
  /** `certified`: every bound holds, but for a chance of `delta`. `exploratory`: nothing is promised. */
  readonly verdict: 'certified' | 'exploratory';
  /** Why it isn't `certified`. */
  readonly reason: string | null;
  /** The chance, at most, that any bound doesn't hold. */
  readonly delta: number;
  /** What was drawn independently. */
  readonly unit: 'images';
  /** The setting that is served; null where none is certified. */
  readonly setting: DialSetting | null;
  /**
   * All settings that are certified, together: positions on the dial of the first and the last one; null where none
   * is.
   */
  readonly range: readonly [number, number] | null;
  /** How many settings the dial had. */
  readonly settings: number;
  /** What `detect` was called with. */
  readonly detect: PlainDetectOptions;
  /** Images that count. */
  readonly images: number;
  /** Images that equal another one, and don't count; absent where there is none. */
  readonly copies?: number;
  /**
   * The wanted objects that are met. Here and in the other bounds counts are those of the setting that is served;
   * where none is, of the one that keeps the bound best: the first one for `detection`, the last one for the others.
   */
  readonly detection?: DetectionClause & {
    /** The share promised at least. */
    readonly rate: number;
    /**
     * It is the share of the objects of images with at most so many. Null: the mean over all images with objects of
     * the share in each.
     */
    readonly maxObjects: number | null;
    /** Images with more than `maxObjects`, of which it says nothing: they don't count. */
    readonly beyond: number;
    readonly objects: number;
    readonly met: number;
    /**
     * An estimate, not a promise: the lower limit of the share for this setting alone, by the images that chose the
     * setting. Null where nothing is certified.
     */
    readonly lower: number | null;
  };
  /** The images with too many false detections. */
  readonly falseDetections?: DetectionClause & {
    /** The share of images promised at most that have more than `most`. */
    readonly share: number;
    readonly most: number;
    /** Images that had more. */
    readonly over: number;
    /** An estimate, as `detection.lower` is: the upper limit of the share for this setting alone. */
    readonly upper: number | null;
  };
  /** The windows that pass and meet no wanted object. `n` counts images of which a window was drawn. */
  readonly falsePositives?: DetectionClause & {
    /** The share promised at most. */
    readonly rate: number;
    /** Drawn windows that did. */
    readonly wrong: number;
    /** An estimate, as `detection.lower` is: the upper limit of the share for this setting alone. */
    readonly upper: number | null;
  };
  /** What windows and the order of images were drawn by. */
  readonly seed: number | string;
  /** Digests of the images: the same images certify nothing else of the detector. */
  readonly digests: readonly number[];
}

/** Options of `detect`, without those of one call, with their defaults. */
export type PlainDetectOptions = Pick<DetectOptions, 'compat'> &
  Required<Pick<DetectOptions, 'scaleFactor' | 'minNeighbors' | 'minSize' | 'maxSize'>>;

/** @param prefer which of the certified settings is served */
export function detectionCertificate(
  { first, last }: CertifiedRange,
  dialCounts: DialCounts,
  dial: Dial,
  {
    options,
    scenes,
    seed,
    prefer,
    random,
  }: {
    readonly options: ReturnType<typeof detectOptions>;
    readonly scenes: Scenes;
    readonly seed: number | string;
    readonly prefer: 'permissive' | 'selective';
    readonly random: Random;
  },
): DetectionCertificate {
  const { bounds, images, drawn } = dialCounts;
  const needed = imagesNeeded(dialCounts);
  const isCertified = first <= last;
  const reason = isCertified ? null : reasonAgainst({ first, last }, dialCounts, dial, needed, scenes.copies);
  // Where none is served, what is seen at the end of the dial that keeps a bound best.
  const served = prefer === 'permissive' ? first : last;
  const of = (best: number) => limitsAt(dialCounts, isCertified ? served : best, random);
  const kept = <T>(limit: T) => (isCertified ? limit : null);
  const missing = (n: number, least: number) => (!isCertified && n < least ? least : null);
  const least = dial.settings.length - 1;
  const { detection, falseDetections, falsePositives } = bounds;
  return {
    verdict: isCertified ? 'certified' : 'exploratory',
    reason,
    delta: bounds.delta,
    unit: 'images',
    setting: isCertified ? dial.settings[served] : null,
    range: isCertified ? [first, last] : null,
    settings: dial.settings.length,
    detect: plainOptions(options),
    images,
    ...(scenes.copies > 0 && { copies: scenes.copies }),
    ...(detection && {
      detection: {
        rate: detection.rate,
        maxObjects: detection.maxObjects ?? null,
        beyond: dialCounts.beyond,
        delta: detection.delta,
        method:
          detection.maxObjects === undefined
            ? 'betting bound on the share of missed objects of each image, fixed sequence from the first setting on'
            : 'betting bound on missed objects, images as clusters, fixed sequence from the first setting on',
        n: dialCounts.objects.length,
        objects: of(0).objects,
        met: of(0).met,
        lower: kept(isCertified ? Math.max(detection.rate, of(0).detection ?? 0) : null),
        imagesNeeded: missing(dialCounts.objects.length, needed.detection),
      },
    }),
    ...(falseDetections && {
      falseDetections: {
        share: falseDetections.share,
        most: falseDetections.most,
        delta: falseDetections.delta,
        method: 'exact binomial over images, fixed sequence from the last setting on',
        n: images,
        over: of(least).over,
        upper: kept(of(least).falseDetections),
        imagesNeeded: missing(images, needed.falseDetections),
      },
    }),
    ...(falsePositives && {
      falsePositives: {
        rate: falsePositives.rate,
        delta: falsePositives.delta,
        method: 'exact binomial over one window drawn of each image, fixed sequence from the last setting on',
        n: drawn,
        wrong: of(least).wrong,
        upper: kept(of(least).falsePositives),
        imagesNeeded: missing(drawn, needed.falsePositives),
      },
    }),
    seed,
    digests: scenes.digests,
  };
}

function plainOptions({
  isOpencv,
  scaleFactor,
  minNeighbors,
  minSize: [leastWidth, leastHeight],
  maxSize: [mostWidth, mostHeight],
}: ReturnType<typeof detectOptions>): PlainDetectOptions {
  return {
    ...(isOpencv && { compat: 'opencv' }),
    scaleFactor,
    minNeighbors,
    minSize: [leastWidth, leastHeight],
    maxSize: [mostWidth, mostHeight],
  };
}

/** Too few images first, then the bound that no setting keeps, then bounds that none keeps together. */
function reasonAgainst(
  { first, last }: CertifiedRange,
  { images, drawn, objects, bounds }: DialCounts,
  { settings }: Dial,
  needed: ReturnType<typeof imagesNeeded>,
  copies: number,
): string {
  const short = [
    { name: 'detection', n: objects.length, least: needed.detection },
    { name: 'falseDetections', n: images, least: needed.falseDetections },
    { name: 'falsePositives', n: drawn, least: needed.falsePositives },
  ].find(({ n, least }) => n < least);
  if (short !== undefined) {
    const few = `too few certification images: ${short.n}, where even without a single mistake ${short.least} are needed (bounds.${short.name})`;
    return copies > 0 ? `${few}; ${copies} more equal others and count as copies` : few;
  }
  if (bounds.detection && objects.every((count) => count === 0)) {
    return 'no certification image has a wanted object, so that nothing can be said of the detection rate';
  }
  if (last < 0)
    return 'even the first setting of the dial, which passes most, misses too many wanted objects';
  if (first > settings.length - 1)
    return 'even the last setting of the dial, which passes least, has too many false alarms';
  return (
    `no setting of the dial keeps all bounds: settings up to ${last} find enough, and those from ` +
    `${first} on have few enough false alarms`
  );
}
