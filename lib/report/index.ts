export type {
  ReportCertificate,
  ReportClause,
  ReportData,
  ReportFeature,
  ReportFrontierPoint,
  ReportMeasured,
  ReportMeasurement,
  ReportStage,
  ReportSubset,
  ReportThreshold,
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
