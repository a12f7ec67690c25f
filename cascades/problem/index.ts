export type { Bound, BoundPart, JointBound, SingleBound } from './bound.js';
export { approximateOf, type Progress, type TuneOptions } from './options.js';
export { codesOf, distinct, type Problem, problemOf, refuseVacuous } from './problem.js';
export type { Part, Parts, Round, Rows, Split } from './split.js';
