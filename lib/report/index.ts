/** The terminal summary and the HTML report, from plain data. */

export type {
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
} from './data.js';
export { htmlReport } from './html.js';
export { type MeasuredWords, measuredWords } from './measured.js';
export {
  type RankingBand,
  type RankingPoint,
  type RankingReport,
  type RankingStage,
  rankingHtml,
} from './ranking.js';
export { type TerminalOptions, terminalSummary } from './terminal.js';
