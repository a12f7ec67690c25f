import { checkDelta, checkInside, checkKeys, checkWhole } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';

/** What is to be promised of a detector: at least one of the three. */
export interface DetectionBounds {
  /** At least a share of the wanted objects is met by a box, with an intersection over union of .5 or more. */
  readonly detection?: {
    /** The share, above 0 and below 1. */
    readonly rate: number;
    /**
     * The promise is for images with at most so many wanted objects, and counts objects; images with more don't
     * count. State it before you look at the images. @defaultValue none: it is for all images, and the mean over
     * those with objects of the share in each
     */
    readonly maxObjects?: number;
    /** This bound's part of delta. @defaultValue an equal part of what the others leave */
    readonly delta?: number;
  };
  /** At most a share of the images have more than `most` boxes that meet no wanted object. */
  readonly falseDetections?: {
    /** 0 or more. */
    readonly most: number;
    /** The share, above 0 and below 1. */
    readonly share: number;
    /** This bound's part of delta. @defaultValue an equal part of what the others leave */
    readonly delta?: number;
  };
  /**
   * At most a share of windows pass all stages without meeting a wanted object: the mean over images of the share in
   * each.
   */
  readonly falsePositives?: {
    /** The share, above 0 and below 1. */
    readonly rate: number;
    /** This bound's part of delta. @defaultValue an equal part of what the others leave */
    readonly delta?: number;
  };
}

/** Bounds with their parts of delta. */
export interface SharedBounds {
  /** The chance, at most, that any of them is falsely promised. */
  readonly delta: number;
  readonly detection?: NonNullable<DetectionBounds['detection']> & { readonly delta: number };
  readonly falseDetections?: Required<NonNullable<DetectionBounds['falseDetections']>>;
  readonly falsePositives?: Required<NonNullable<DetectionBounds['falsePositives']>>;
}

const NAMES = ['detection', 'falseDetections', 'falsePositives'] as const;

/**
 * Divides delta among the bounds.
 *
 * @param delta of all together; it may be left out where each bound has its own
 * @throws OptionError for bounds that can't be promised, or parts that are more than the whole
 */
export function shareDelta(bounds: DetectionBounds, delta: number | undefined): SharedBounds {
  checkBounds(bounds);
  const stated = NAMES.flatMap((name) => bounds[name] ?? []);
  const own = stated.reduce((sum, { delta: part = 0 }) => sum + part, 0);
  const open = stated.filter((bound) => bound.delta === undefined).length;
  if (delta !== undefined || open > 0) checkDelta('delta', delta);
  const whole = delta ?? own;
  if (own > whole * (1 + 1e-9) || (open > 0 && !(own < whole))) {
    throw new OptionError('delta', `expected more than ${own}, the bounds' own parts together, got ${whole}`);
  }
  const part = (whole - own) / Math.max(1, open);
  const { detection, falseDetections, falsePositives } = bounds;
  return {
    delta: open > 0 ? whole : own,
    ...(detection && { detection: { ...detection, delta: detection.delta ?? part } }),
    ...(falseDetections && { falseDetections: { ...falseDetections, delta: falseDetections.delta ?? part } }),
    ...(falsePositives && { falsePositives: { ...falsePositives, delta: falsePositives.delta ?? part } }),
  };
}

function checkBounds(bounds: DetectionBounds): void {
  checkKeys(bounds, NAMES, 'bounds.');
  const { detection, falseDetections, falsePositives } = bounds;
  if (NAMES.every((name) => bounds[name] === undefined)) {
    throw new OptionError('bounds', `expected at least one of ${NAMES.join(', ')}`);
  }
  if (detection !== undefined) {
    checkKeys(detection, ['rate', 'maxObjects', 'delta'], 'bounds.detection.');
    checkInside('bounds.detection.rate', detection.rate);
    if (detection.maxObjects !== undefined) {
      checkWhole('bounds.detection.maxObjects', detection.maxObjects, 1);
    }
  }
  if (falseDetections !== undefined) {
    checkKeys(falseDetections, ['most', 'share', 'delta'], 'bounds.falseDetections.');
    checkWhole('bounds.falseDetections.most', falseDetections.most, 0);
    checkInside('bounds.falseDetections.share', falseDetections.share);
  }
  if (falsePositives !== undefined) {
    checkKeys(falsePositives, ['rate', 'delta'], 'bounds.falsePositives.');
    checkInside('bounds.falsePositives.rate', falsePositives.rate);
  }
  for (const name of NAMES) {
    const part = bounds[name]?.delta;
    if (part !== undefined) checkDelta(`bounds.${name}.delta`, part);
  }
}
