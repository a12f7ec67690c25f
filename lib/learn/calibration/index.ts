/** Calibration of probabilities: temperature, Platt, isotonic. */

export { type Calibrator, type CalibratorKind, fitInTurns, identity, UNCHANGED } from './calibrator.js';
export { chooseCalibrator, logLoss } from './choose.js';
export { checkWidth, take } from './distributions.js';
export { isotonic, isotonicRegression, loadIsotonic } from './isotonic.js';
export { loadPlatt, platt } from './platt.js';
export { reliability, reliabilityBins } from './reliability.js';
export {
  damagedState,
  storedClasses,
  storedKind,
  storedNumber,
  storedNumbers,
  storedPositive,
} from './stored.js';
export { loadTemperature, temperature } from './temperature.js';
