/** The terminal summary and the HTML report, from plain data. */

export type {
  RankingReport,
  ReportCertificate,
  ReportChanges,
  ReportChoice,
  ReportData,
  ReportHarm,
  ReportMeasured,
  ReportMeasuredPrice,
  ReportMeasurement,
  ReportQuality,
  ReportReliability,
  ReportRow,
  ReportRowView,
  ReportSpending,
  ReportStage,
  ReportSubset,
  ReportThreshold,
} from './data/index.js';
export { htmlReport, rankingHtml } from './html/index.js';
export {
  duration,
  type PrintedProgress,
  ProgressLine,
  type ProgressStream,
  printProgress,
  type TerminalOptions,
  terminalSummary,
} from './terminal/index.js';
export { measuredWords } from './words/index.js';
