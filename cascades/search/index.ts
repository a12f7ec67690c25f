/** The search for stages: subsets within a budget, beam search, exit scores. */

export { allotFits, BUDGET, mergeRounds, planSearch } from './budget.js';
export { tryCandidates } from './candidates.js';
export { searchChains } from './chainSearch.js';
export { chooseExits } from './exitScores.js';
export { contenders } from './pathAllocation.js';
export { refineStages } from './refine.js';
export { affordableSubsets, neighbours } from './subsets.js';
