export { beginCall, type CallMessage, channels, endCall, type WorkMessage } from './channels.js';
export {
  type FeatureStatistics,
  type StageStatistics,
  type Statistics,
  stageOf,
  type WorkStatistics,
  workOf,
} from './statistics.js';
export { Tally } from './tally.js';
