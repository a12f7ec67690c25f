import { ABOUT } from '../about.js';
import { Exposition, labelText, type MetricHead } from './exposition.js';
import { COUNTERS, GAUGES, HISTOGRAMS } from './modelMetrics.js';
import type { ProcessMetric } from './processMetrics.js';
import type { Status } from './snapshot.js';

const READY: MetricHead = {
  name: 'spillway_model_ready',
  help: 'Whether the model answers: 1 or 0',
};
const REFUSED: MetricHead = {
  name: 'spillway_refused_requests_total',
  help: 'Requests over each protocol that had no answer, by reason; also those that reached no model',
};

/** The status, and what the process takes, in Prometheus' text format. */
export function metricsText(status: Status, ofProcess: readonly ProcessMetric[] = []): string {
  const out = new Exposition();
  const single = (name: string, type: 'counter' | 'gauge', help: string, value: number, labels = '') => {
    out.begin({ name, help }, type);
    out.sample(name, labels, value);
  };
  const { models, absent, past, memory, uptimeMs, refused, faults } = status;
  const build = labelText({ version: ABOUT.version, node: process.version });
  single('spillway_build_info', 'gauge', 'The version that runs, and the one of Node', 1, build);
  single('spillway_uptime_seconds', 'gauge', 'Time since the server was started', uptimeMs / 1000);
  single(
    'spillway_memory_held_bytes',
    'gauge',
    'Memory of all models, shared content counted once',
    memory.held,
  );
  single('spillway_faults_total', 'counter', 'Failures of the server itself, as its log has them', faults);
  for (const { name, type, help, value } of ofProcess) single(name, type, help, value);
  out.begin(REFUSED, 'counter');
  for (const { protocol, reason, count } of refused)
    out.sample(REFUSED.name, labelText({ protocol, reason }), count);
  out.begin(READY, 'gauge');
  for (const each of [...models, ...absent])
    out.sample(READY.name, labelsOf(each), Number(each.state === 'READY'));
  const counted = [...models, ...past].map((model) => ({ model, labels: labelsOf(model) }));
  const served = counted.slice(0, models.length);
  for (const metric of GAUGES) {
    out.begin(metric, 'gauge');
    models.forEach((model, i) => {
      for (const [own, value] of metric.samples(model))
        out.sample(metric.name, joined(served[i].labels, own), value);
    });
  }
  for (const metric of COUNTERS) {
    out.begin(metric, 'counter');
    for (const { model, labels } of counted)
      for (const [own, value] of metric.samples(model)) out.sample(metric.name, joined(labels, own), value);
  }
  for (const histogram of HISTOGRAMS) {
    out.begin(histogram, 'histogram');
    for (const { model, labels } of counted) out.histogram(histogram.name, labels, histogram.of(model));
  }
  return out.text;
}

function labelsOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return labelText({ model: name, version });
}

function joined(labels: string, own: string): string {
  return own === '' ? labels : `${labels},${own}`;
}
