/** A batch in partitions certified as one: scored, its sample asked, answered. */

export { answerCertified, answeredUnit } from './answer.js';
export { askBatch, type CertifiedPlan, certifiedPlanOf, someOf } from './ask.js';
export {
  type CertifiedBatch,
  type CertifiedBatchOptions,
  openCertifiedBatch,
  ownUnits,
  type Shard,
} from './certifiedBatch.js';
export { evidenceOf, scoreUnit, type UnitEvidence } from './score.js';
