/** A summary and a report as plain data. */

export type {
  ReportCertificate,
  ReportChanges,
  ReportClause,
  ReportHarm,
  ReportMade,
  ReportProspect,
  ReportQuality,
} from './certificate.js';
export type {
  ReportMeasured,
  ReportMeasuredLoss,
  ReportMeasuredPrice,
  ReportMeasurement,
} from './measured.js';
export { STAGE_COLUMNS, type StageCell } from './planColumns.js';
export type { RankingBand, RankingPoint, RankingReport, RankingStage } from './ranking.js';
export type { ReportChoice, ReportData, ReportRow, ReportRowView } from './report.js';
export type { ReportExit, ReportReliability, ReportSubset } from './search.js';
export type { ReportSpending, ReportStage, ReportThreshold } from './stages.js';
