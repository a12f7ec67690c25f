export { type Certification, certifyPath, expectedAllowance, type Question, unitsNeeded } from './certify.js';
export { lossesOf, lossOf } from './losses.js';
