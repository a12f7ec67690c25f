/** The search for stages: subsets within a budget, beam search, exit scores, the path. */

export { aimed, creditOf } from './aim.js';
export { beamSearch, cheapest, insertions } from './beamSearch.js';
export { allotFits, BUDGET, planSearch, withinSeconds } from './budget.js';
export { certifySeconds, expectedTimes, timeFewRows } from './expectedTimes.js';
export { smallPrize } from './prize.js';
export { type ChosenPath, searchPath } from './searchPath.js';
export { rankedSubsets, searchSubsets, subsetSpace } from './subsets.js';
export { selectionOf, trainStages } from './trainStages.js';
export type { TriedCandidates } from './trials.js';
export { triedSubsets } from './triedSubsets.js';
