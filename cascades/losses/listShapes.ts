import { either, flag, number, object, oneOf, type Shape, text } from '../../lib/data/artifact/index.js';
import type { Label } from './kind.js';
import type { Losses, StatedLoss } from './list.js';

export const labelShape: Shape<Label> = either(text, either(number, flag));

/** The form of each kind in files. It isn't in the kinds: `spillway/runtime` reads losses, and has no kinds. */
const SHAPES: Readonly<Record<keyof Losses<Label>, Shape<StatedLoss>>> = {
  accuracy: oneOf('accuracy'),
  disagreement: oneOf('disagreement'),
  harm: oneOf('harm'),
  excessDisagreement: oneOf('excessDisagreement'),
  stableDisagreement: oneOf('stableDisagreement'),
  recall: object({ recall: labelShape }),
  precision: object({ precision: labelShape }),
  absoluteError: object({ absoluteError: number }),
  custom: object({ name: text }),
};

/** The form of a loss in files. */
export const lossShape = Object.values(SHAPES).reduce((all, one) => either(all, one));
