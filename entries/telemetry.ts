/** Statistics, metrics for Prometheus, spans for OpenTelemetry, messages of diagnostics channels. */
export {
  type CallMessage,
  type Counted,
  type FeatureStatistics,
  type HealthStatistics,
  openTelemetrySpans,
  type PrometheusOptions,
  prometheusMetrics,
  type StageStatistics,
  type Statistics,
  type WorkMessage,
  type WorkStatistics,
} from '../lib/run/telemetry/index.js';
