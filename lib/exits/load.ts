import type { Calibrator, CalibratorKind } from '../calibration/index.js';
import {
  damaged,
  identity,
  loadIsotonic,
  loadPlatt,
  loadTemperature,
  storedKind,
} from '../calibration/index.js';
import type { State } from '../state.js';
import { margin, top } from './confidence.js';
import { loadDeferral } from './deferral.js';
import type { ExitScore } from './exitScore.js';

// Not the calibrations themselves: what fits them isn't needed where a cascade only answers.
const LOADERS: Readonly<Record<CalibratorKind, (state: State) => Calibrator>> = {
  identity: identity.load,
  temperature: loadTemperature,
  platt: loadPlatt,
  isotonic: loadIsotonic,
};

/** @throws ArtifactError when the state isn't that of a calibrator */
export function loadCalibrator(state: State): Calibrator {
  const kind = storedKind(state, 'a calibrator');
  const known = Object.entries(LOADERS).find(([name]) => name === kind);
  if (known === undefined) throw damaged('a calibrator', `the unknown kind '${kind}'`);
  return known[1](state);
}

/** @throws ArtifactError when the state isn't that of an exit score */
export function loadExitScore(state: State): ExitScore {
  const kind = storedKind(state, 'an exit score');
  if (kind === 'top') return top;
  if (kind === 'margin') return margin;
  if (kind === 'deferral') return loadDeferral(state);
  throw damaged('an exit score', `the unknown kind '${kind}'`);
}
