import type { State } from '../../util/state.js';
import { damagedState, storedKind } from '../calibration/index.js';
import { deferral } from './deferral.js';
import type { ExitFacts, ExitScore, ExitScoring } from './exitScore.js';
import { interval } from './expectedError.js';
import { margin } from './margin.js';
import type { ExitKind } from './rule.js';
import { top } from './top.js';

/** A stage's confidence: the top probability, the margin to the next, or a deferral model. */
export type ExitScoreKind = 'top' | 'margin' | 'deferral';

/** Every exit score of classes, from the simplest on. */
export const EXIT_SCORES: Readonly<Record<ExitScoreKind, ExitScoring>> = { top, margin, deferral };

/** Those of classes, and the one of numbers. */
export const EXIT_FACTS: Readonly<Record<ExitKind['score'], ExitFacts>> = { ...EXIT_SCORES, interval };

/** @throws ArtifactError when the state isn't that of an exit score */
export function loadExitScore(state: State): ExitScore {
  const kind = storedKind(state, 'an exit score');
  const known = Object.entries(EXIT_SCORES).find(([name]) => name === kind);
  if (known === undefined) throw damagedState('an exit score', `the unknown kind '${kind}'`);
  return known[1].load(state);
}
