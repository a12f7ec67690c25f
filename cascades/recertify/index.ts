/** Another epsilon, other costs, a plan by hand, a new certificate: nothing is fitted. */

export { type FreshRows, recertified } from './certify.js';
export { choiceAt, isChoosable } from './choice.js';
export { withPlan } from './explore.js';
export { choicesFor, modesOf, partsOfMode, withModes } from './modes.js';
export { type RetuneOptions, retuned } from './retune.js';
export { type WhatIf, withCosts } from './whatIf.js';
