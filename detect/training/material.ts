import { OptionError } from '../../lib/errors.js';
import { type Chosen, heldOut, type ImageSource, windowSize, withoutFlat } from './examples/index.js';
import { objectParts, type TestObject } from './objects.js';
import type { trainingOptions } from './options.js';

/** What training reads: windows of objects, and where negatives come from. */
export interface DetectorMaterial {
  readonly width: number;
  readonly height: number;
  /** Copies included. */
  readonly positives: readonly Uint8Array[];
  readonly validationPositives: readonly Uint8Array[];
  readonly testPositives: readonly TestObject[];
  readonly negatives: NegativeImages;
  readonly validationNegatives: NegativeImages;
  /** Digests of the images of objects that training is fitted on or chooses by, and of all. */
  readonly chosen: readonly number[];
  readonly used: readonly number[];
}

/** The images of a source that are read, and the option that has them. */
export interface NegativeImages {
  readonly source: ImageSource;
  readonly chosen: Chosen;
  readonly option: string;
}

/** Divides the images, unless validation has its own. @throws OptionError for objects that can't be used, or too few */
export function detectorMaterial(options: ReturnType<typeof trainingOptions>): DetectorMaterial {
  const { positives, negatives, validation, seed, kind } = options;
  if (positives.length === 0) throw new OptionError('positives', 'expected objects, got none');
  const window = windowSize('positives', positives, options.window);
  const [width, height] = window;
  const parts = objectParts(options, window);
  const share = typeof validation === 'number' ? validation : undefined;
  const own = typeof validation === 'number' ? undefined : validation;
  const isHeldOutImage = share === undefined ? () => false : heldOut(negatives, share, `${seed}`);
  return {
    width,
    height,
    positives: usable('positives', parts.fitted),
    validationPositives: usable(own ? 'validation.positives' : 'validation', parts.choosing),
    testPositives: parts.counting.filter((object) => !isFlat(object)),
    negatives: { source: negatives, chosen: (i) => !isHeldOutImage(i), option: 'negatives' },
    validationNegatives: own
      ? { source: own.negatives, chosen: () => true, option: 'validation.negatives' }
      : { source: negatives, chosen: isHeldOutImage, option: 'negatives' },
    chosen: parts.chosen,
    used: parts.used,
  };

  function isFlat({ window: pixels }: TestObject): boolean {
    return withoutFlat(kind, [pixels], width, height).length === 0;
  }

  function usable(option: string, windows: readonly Uint8Array[]): Uint8Array[] {
    const kept = withoutFlat(kind, windows, width, height);
    if (kept.length > 0) return kept;
    const others = own ? '' : ' that are not held out for validation';
    const why =
      windows.length === 0
        ? 'got none'
        : `all ${windows.length} are flat: their standard deviation is at most 10`;
    throw new OptionError(option, `expected objects${option === 'positives' ? others : ''}, ${why}`);
  }
}
