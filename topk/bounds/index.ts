/** Exact mode: bounds on what the trees of the full model can still add. */

export { exactBands } from './exactBands.js';
export { isTreeSum, treeSum } from './treeSum.js';
