import { changedCode, changedOptions } from './artifactFeatures.js';
import { auditLabels, auditMissing } from './audits/auditMissing.js';
import { auditExits, auditOrder } from './audits/auditOrder.js';
import { auditTogether } from './audits/auditTogether.js';
import { changesOfBatch } from './batchChanges.js';
import { batchPartitions } from './batchPartitions.js';
import { batchSeed } from './batchSeed.js';
import { copiesCount, threeTimes, tunedOn } from './copies.js';
import { deadlines } from './deadlines.js';
import { degraded } from './degraded.js';
import { derived, derivedInFolds } from './derived.js';
import { detectorCaps } from './detectorCaps.js';
import { detectors } from './detectors.js';
import { failingCallers } from './failingCallers.js';
import { flips } from './flips/index.js';
import { grownBatch } from './grownBatch.js';
import { joint } from './joint.js';
import { modesNamed, modesOfBand } from './modes/modes.js';
import { anyChoiceNamed, anyChoiceOfBand } from './modes/modesAnyChoice.js';
import { modesByBacklog, modesInBursts } from './modes/modesByCaller.js';
import { modesByLoad } from './modes/modesByLoad.js';
import { pool, poolUnseen, queriesRepeated } from './pools.js';
import { repeats, repeatsBySize } from './repeats.js';
import { sameRow } from './sameRow.js';
import type { Scenario } from './scenario.js';
import { usedAgain } from './usedAgain.js';

export type { Outcome, Scenario } from './scenario.js';

/** One a hole that was found from outside and mended. */
export const scenarios: readonly Scenario[] = [
  degraded,
  deadlines,
  failingCallers,
  auditOrder,
  auditExits,
  auditLabels,
  auditMissing,
  auditTogether,
  joint,
  modesOfBand,
  modesNamed,
  modesByLoad,
  modesByBacklog,
  modesInBursts,
  anyChoiceOfBand,
  anyChoiceNamed,
  pool,
  poolUnseen,
  queriesRepeated,
  ...sameRow,
  changedOptions,
  changedCode,
  tunedOn,
  threeTimes,
  copiesCount,
  ...repeats,
  ...repeatsBySize,
  batchSeed,
  grownBatch,
  ...batchPartitions,
  changesOfBatch,
  usedAgain,
  detectors,
  detectorCaps,
  derived,
  derivedInFolds,
  ...flips,
];
