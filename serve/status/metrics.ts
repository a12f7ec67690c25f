import type { ModelStatus, Status } from './snapshot.js';

type Labels = Readonly<Record<string, string>>;

/** A value with its labels. */
type Sample = readonly [Labels, number];

/** A metric: its values of one model. */
interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  samples(model: ModelStatus): readonly Sample[];
}

const one =
  (value: (model: ModelStatus) => number | null) =>
  (model: ModelStatus): readonly Sample[] => {
    const found = value(model);
    return found === null ? [] : [[{}, found]];
  };

const METRICS: readonly Metric[] = [
  {
    name: 'spillway_model_ready',
    type: 'gauge',
    help: 'Whether the model answers: 1 or 0',
    samples: one(({ state }) => Number(state === 'READY')),
  },
  {
    name: 'spillway_model_certified',
    type: 'gauge',
    help: 'Whether the promise that answers name is certified now: 0 also after an alarm of the audit, and while something fails',
    samples: one(({ promise, isDegraded }) => Number(promise.verdict === 'certified' && !isDegraded)),
  },
  {
    name: 'spillway_model_unchecked',
    type: 'gauge',
    help: 'Whether loading had nothing to compare the features with, so that the certificate holds only for unchanged code',
    samples: one(({ unchecked }) => Number(unchecked)),
  },
  {
    name: 'spillway_model_epsilon',
    type: 'gauge',
    help: 'The largest expected loss that answers name now: of the mode that answers, or of all answers together',
    samples: one(({ promise }) => promise.epsilon),
  },
  {
    name: 'spillway_model_mode',
    type: 'gauge',
    help: 'The certified mode that answers under the present load, 0 the most conservative',
    samples: one(({ level }) => level),
  },
  {
    name: 'spillway_audit_alarms',
    type: 'gauge',
    help: 'Alarms of the audit since the model was loaded',
    samples: one(({ audit }) => audit?.alarms ?? null),
  },
  {
    name: 'spillway_requests_total',
    type: 'counter',
    help: 'Requests by how they ended',
    samples: ({ requests }) => Object.entries(requests).map(([outcome, count]) => [{ outcome }, count]),
  },
  {
    name: 'spillway_rows_total',
    type: 'counter',
    help: 'Rows that were answered',
    samples: one(({ rows }) => rows),
  },
  {
    name: 'spillway_exits_total',
    type: 'counter',
    help: 'Rows by the stage that answered them; one more than the last stage is the full model',
    samples: ({ exits }) => exits.map((rows, stage) => [{ stage: String(stage) }, rows]),
  },
  {
    name: 'spillway_mode_rows_total',
    type: 'counter',
    help: 'Rows by the certified mode that answered them',
    samples: ({ modes }) => modes.map(({ rows }, mode) => [{ mode: String(mode) }, rows]),
  },
  {
    name: 'spillway_degraded_rows_total',
    type: 'counter',
    help: 'Rows whose answers the certificate does not cover, since something that they needed failed',
    samples: one(({ degradedRows }) => degradedRows),
  },
  {
    name: 'spillway_verdict_rows_total',
    type: 'counter',
    help: 'Rows by the verdict of their answers',
    samples: ({ verdicts }) => Object.entries(verdicts).map(([verdict, count]) => [{ verdict }, count]),
  },
  {
    name: 'spillway_busy_seconds_total',
    type: 'counter',
    help: 'Processor time that answers took',
    samples: one(({ busyMs }) => busyMs / 1000),
  },
  {
    name: 'spillway_queue_requests',
    type: 'gauge',
    help: 'Requests that wait',
    samples: one(({ queue }) => queue.requests),
  },
  {
    name: 'spillway_queue_seconds',
    type: 'gauge',
    help: 'Expected processor time of what waits',
    samples: one(({ queue }) => queue.ms / 1000),
  },
  {
    name: 'spillway_in_flight',
    type: 'gauge',
    help: 'Slices of rows that are computed or wait for something elsewhere',
    samples: one(({ inFlight }) => inFlight),
  },
  {
    name: 'spillway_latency_seconds',
    type: 'gauge',
    help: 'Time from arrival to answer in the last one to two minutes, by quantile',
    samples: ({ p50Ms, p99Ms }) =>
      [['0.5', p50Ms] as const, ['0.99', p99Ms] as const].flatMap(([quantile, ms]): Sample[] =>
        ms === null ? [] : [[{ quantile }, ms / 1000]],
      ),
  },
  {
    name: 'spillway_memory_bytes',
    type: 'gauge',
    help: 'Memory of weights, dictionaries and tables, held by the model alone or shared with others',
    samples: ({ memory }) => [
      [{ held: 'own' }, memory.own],
      [{ held: 'shared' }, memory.shared],
    ],
  },
];

/**
 * The status in Prometheus' text format.
 *
 * @see Prometheus, "Exposition formats", text format 0.0.4
 */
export function metricsText({ models, memory, uptimeMs, refused }: Status): string {
  const lines = [
    ...head('spillway_uptime_seconds', 'gauge', 'Time since the server was started'),
    `spillway_uptime_seconds ${uptimeMs / 1000}`,
    ...head('spillway_memory_held_bytes', 'gauge', 'Memory of all models, shared content counted once'),
    `spillway_memory_held_bytes ${memory.held}`,
    ...head(
      'spillway_refused_requests_total',
      'counter',
      'Requests over each protocol that had no answer, by reason; also those that reached no model',
    ),
    ...refused.map(
      ({ protocol, reason, count }) =>
        `spillway_refused_requests_total{${labelText({ protocol, reason })}} ${count}`,
    ),
  ];
  for (const { name, type, help, samples } of METRICS) {
    lines.push(...head(name, type, help));
    for (const model of models) {
      const own = { model: model.name, version: model.version };
      for (const [labels, value] of samples(model))
        lines.push(`${name}{${labelText({ ...own, ...labels })}} ${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapedLabel(value)}"`)
    .join(',');
}

function escapedLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
