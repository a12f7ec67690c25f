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
export { type TerminalOptions, terminalSummary } from './terminal.js';
