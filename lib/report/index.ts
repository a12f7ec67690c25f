/** The terminal summary and the HTML report, from plain data. */

export type {
  RankingBand,
  RankingPoint,
  RankingReport,
  RankingStage,
  ReportCertificate,
  ReportChoice,
  ReportClause,
  ReportData,
  ReportFeature,
  ReportFrontierPoint,
  ReportHarm,
  ReportMade,
  ReportMeasured,
  ReportMeasuredLoss,
  ReportMeasuredPrice,
  ReportMeasurement,
  ReportProspect,
  ReportQuality,
  ReportReliability,
  ReportRow,
  ReportSpending,
  ReportStage,
  ReportSubset,
  ReportThreshold,
  RowView,
} from './data/index.js';
export { htmlReport, rankingHtml } from './html/index.js';
export { type TerminalOptions, terminalSummary } from './terminal/index.js';
export { type MeasuredWords, measuredWords } from './words/index.js';
