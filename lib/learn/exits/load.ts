import { separate } from '../../data/artifact/index.js';
import type { State } from '../../util/state.js';
import {
  type Calibrator,
  type CalibratorKind,
  damagedState,
  identity,
  loadIsotonic,
  loadPlatt,
  loadTemperature,
  storedKind,
} from '../calibration/index.js';
import { classRule } from './classRule.js';
import type { Decision } from './decision.js';
import { loadExitScore } from './exitScores.js';
import { loadIntervalRule } from './expectedError.js';
import type { ExitRule } from './rule.js';

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
  if (known === undefined) throw damagedState('a calibrator', `the unknown kind '${kind}'`);
  return known[1](state);
}

/** @throws ArtifactError when the state isn't that of an exit rule */
export function loadRule(decision: Decision, state: State): ExitRule {
  return decision.kind === 'value' ? loadIntervalRule(state) : loadClassRule(decision, state);
}

function loadClassRule(decision: Decision, state: State): ExitRule {
  const { calibrator, score } = separate(state);
  if (calibrator === undefined || score === undefined)
    throw damagedState('an exit rule', 'no calibrator and score');
  return classRule(decision, loadCalibrator(calibrator), loadExitScore(score));
}
