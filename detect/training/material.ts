import { OptionError } from '../../lib/errors.js';
import {
  type Chosen,
  cutPositives,
  digestsOf,
  heldOut,
  type ImageSource,
  windowSize,
  withoutFlat,
} from './examples/index.js';
import type { trainingOptions } from './options.js';

/** What training reads: windows of objects, and where negatives come from. */
export interface DetectorMaterial {
  readonly width: number;
  readonly height: number;
  readonly positives: readonly Uint8Array[];
  readonly validationPositives: readonly Uint8Array[];
  readonly negatives: NegativeImages;
  readonly validationNegatives: NegativeImages;
  /** Digests of the images of all objects. */
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
  const items = cutPositives('positives', positives, window);
  const share = typeof validation === 'number' ? validation : undefined;
  const isHeldOut = share === undefined ? () => false : heldOut(positives, share, `${seed}`);
  const own = typeof validation === 'number' ? undefined : validation;
  const fitted = items.filter((_, i) => !isHeldOut(i)).flat();
  const judging = own
    ? cutPositives('validation.positives', own.positives, window).flat()
    : items.filter((_, i) => isHeldOut(i)).flat();
  const isHeldOutImage = share === undefined ? () => false : heldOut(negatives, share, `${seed}`);
  return {
    width,
    height,
    positives: usable('positives', fitted),
    validationPositives: usable(own ? 'validation.positives' : 'validation', judging),
    negatives: { source: negatives, chosen: (i) => !isHeldOutImage(i), option: 'negatives' },
    validationNegatives: own
      ? { source: own.negatives, chosen: () => true, option: 'validation.negatives' }
      : { source: negatives, chosen: isHeldOutImage, option: 'negatives' },
    used: [...digestsOf('positives', positives), ...digestsOf('validation.positives', own?.positives ?? [])],
  };

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
