export type {
  ReportCertificate,
  ReportChoice,
  ReportClause,
  ReportData,
  ReportFeature,
  ReportFrontierPoint,
  ReportMeasured,
  ReportMeasurement,
  ReportReliability,
  ReportRow,
  ReportSpending,
  ReportStage,
  ReportSubset,
  ReportThreshold,
  RowView,
} from './data.js';
export { htmlReport } from './html.js';
export {
  type RankingBand,
  type RankingPoint,
  type RankingReport,
  type RankingStage,
  rankingHtml,
} from './ranking.js';
export { type TerminalOptions, terminalSummary } from './terminal.js';
