/** Paths of cut-offs tested on the certification queries. */

export { bandPlan } from './bandPlan.js';
export { type BandVerdict, certifyBands, together } from './certifyBands.js';
