import type { Calibration, CalibratorKind } from './calibrator.js';
import { identity } from './identity.js';
import { isotonic } from './isotonic.js';
import { platt } from './platt.js';
import { temperature } from './temperature.js';

/** From the fewest parameters to the most: of equals the first is chosen. */
export const CALIBRATIONS: readonly (readonly [CalibratorKind, Calibration])[] = [
  ['identity', identity],
  ['temperature', temperature],
  ['platt', platt],
  ['isotonic', isotonic],
];
