/** What a run over a table will ask and cost, told after a pilot. */

export {
  type Expected,
  flipShare,
  forecastMap,
  forecastTrained,
  likelyOutcome,
  type MapForecast,
  MOST_TRAINING,
  type OutcomeForecast,
  type PilotFindings,
  pricesOfAll,
  withoutGain,
} from './forecast.js';
export { type StudentSeen, studentOn } from './student.js';
export type { TrainedStages } from './trained.js';
