import type { State } from '../state.js';
import { loadClassRule } from './classRule.js';
import type { Decision } from './decision.js';
import { loadIntervalRule } from './expectedError.js';
import type { ExitRule } from './rule.js';

/** @throws ArtifactError when the state isn't that of an exit rule */
export function loadRule(decision: Decision, state: State): ExitRule {
  return decision.kind === 'value' ? loadIntervalRule(state) : loadClassRule(decision, state);
}
