export { type FreshRows, recertified } from './certify.js';
export { explored } from './explore.js';
export { type Choice, type Choosable, choiceAt, isChoosable, type RetuneOptions, retuned } from './retune.js';
export { supposed, type WhatIf } from './whatIf.js';
