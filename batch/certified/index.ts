/** A batch in partitions certified as one: scored, its sample asked, answered. */

export { answerCertified } from './answer.js';
export { askBatch, type CertifiedPlan, certifiedPlanIn, certifiedPlanOf, someOf } from './ask.js';
export {
  type CertifiedBatch,
  type CertifiedBatchOptions,
  openCertifiedBatch,
  ownUnits,
} from './certifiedBatch.js';
export {
  type CertifiedFiles,
  certifyFiles,
  PHASES,
  type Phase,
  type PhasesOptions,
} from './certifyFiles.js';
export { scoreUnit } from './score.js';
