import type { State } from '../state.js';
import { CALIBRATIONS } from './calibrations.js';
import type { Calibrator } from './calibrator.js';
import { margin, top } from './confidence.js';
import { loadDeferral } from './deferral.js';
import type { ExitScore } from './exitScore.js';
import { damaged, storedKind } from './stored.js';

/** @throws ArtifactError when the state isn't that of a calibrator */
export function loadCalibrator(state: State): Calibrator {
  const kind = storedKind(state, 'a calibrator');
  const known = CALIBRATIONS.find(([name]) => name === kind);
  if (known === undefined) throw damaged('a calibrator', `the unknown kind '${kind}'`);
  return known[1].load(state);
}

/** @throws ArtifactError when the state isn't that of an exit score */
export function loadExitScore(state: State): ExitScore {
  const kind = storedKind(state, 'an exit score');
  if (kind === 'top') return top;
  if (kind === 'margin') return margin;
  if (kind === 'deferral') return loadDeferral(state);
  throw damaged('an exit score', `the unknown kind '${kind}'`);
}
