/** Statistics of features and stages, diagnostics channels, metrics, spans. */

export { beginCall, type CallMessage, channels, endCall, type WorkMessage } from './channels.js';
export { type Counted, type PrometheusOptions, prometheusMetrics } from './prometheus.js';
export { endSpan, type OpenTelemetry, openTelemetry, openTelemetrySpans, type SpanContext } from './spans.js';
export {
  type FeatureStatistics,
  type HealthStatistics,
  type StageStatistics,
  type Statistics,
  since,
  stageStatistics,
  type WorkStatistics,
  workStatistics,
} from './statistics.js';
export { Tally } from './tally.js';
