import test from 'ava';
import { GroupRows } from '../../../serve/counts/answeredRows.js';
import { BOUNDS_MS } from '../../../serve/scheduling/index.js';
import { metricsText } from '../../../serve/status/metrics.js';
import { processMetrics } from '../../../serve/status/processMetrics.js';
import { statusOf } from '../../../serve/status/snapshot.js';
import { certificateOf } from '../../support/plans.js';
import { countsOf, loadOf, modeOf, servedModel } from './models.js';

const odd = 'a "b"\\\nc';

const durations = (...buckets: number[]) => {
  const all = [...buckets, ...Array<number>(BOUNDS_MS.length + 1 - buckets.length).fill(0)];
  return { count: all.reduce((sum, count) => sum + count), nanoseconds: 2.5e9, buckets: all };
};

const web = new GroupRows(false, 2);
web.add('certified', 2, Uint8Array.of(0, 1), 1);

const text = metricsText(
  statusOf({
    models: [
      servedModel(
        odd,
        { x: 10 },
        {
          lastVerdict: 'certified',
          counted: {
            invalid: 2,
            fullRows: 1,
            verdicts: new Map([
              ['certified', 2],
              ['degraded', 1],
            ]),
            groups: new Map([['web', web]]),
            alarms: 1,
            audited: { drawn: 9, audited: 6, differed: 2, missed: 3, overdue: 1, dropped: 4 },
          },
          loads: [
            loadOf({
              rows: 3,
              rowsByMode: [2, 1],
              level: 1,
              exits: [2, 1],
              busyMs: 1_500,
              invalid: 1,
              success: durations(0, 2, 1),
            }),
          ],
        },
        [modeOf(0.01), modeOf(0.05)],
      ),
      servedModel('down', {}, { lastVerdict: 'degraded' }),
      servedModel('t', {}, { together: certificateOf({ epsilon: 0.05 }) }, [modeOf(0.01), modeOf(0.05)]),
      servedModel('e', {}, { state: 'UNLOADING', isVoid: true }, [
        { ...modeOf(0), epsilon: null, verdict: 'void' },
      ]),
    ],
    index: [{ name: 'broken', version: '4', state: 'UNAVAILABLE', reason: '' }],
    past: [countsOf('e', { version: '0', failed: 2 })],
    uptimeMs: 2_500,
    refused: [{ protocol: 'http', reason: 'invalid', count: 4 }],
    faults: 7,
  }),
  await processMetrics({ quantile: (share) => share }),
);

/** Lines of the format: a comment, or a name, labels and a number. */
const SAMPLE =
  /^[a-z_:0-9]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?\d+(?:\.\d+)?(?:e-?\d+)?$/;

test('each line is of the text format, and each metric is described once before its samples', (t) => {
  t.true(text.endsWith('\n'));
  const described = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('# TYPE ')) {
      const name = line.split(' ')[2];
      t.false(described.has(name), name);
      described.add(name);
    } else if (!line.startsWith('# HELP ')) {
      t.regex(line, SAMPLE);
      const name = line.split(/[{ ]/)[0];
      t.true(described.has(name) || described.has(name.replace(/_(?:bucket|sum|count)$/, '')), line);
    }
  }
});

test('values have the base units of Prometheus, and labels are escaped', (t) => {
  const label = 'model="a \\"b\\"\\\\\\nc",version="1"';
  for (const line of [
    'spillway_uptime_seconds 2.5',
    'spillway_memory_held_bytes 10',
    'spillway_refused_requests_total{protocol="http",reason="invalid"} 4',
    `spillway_requests_total{${label},outcome="invalid"} 3`,
    `spillway_model_ready{${label}} 1`,
    'spillway_model_ready{model="e",version="1"} 0',
    'spillway_model_ready{model="broken",version="4"} 0',
    'spillway_model_void{model="e",version="1"} 1',
    `spillway_model_void{${label}} 0`,
    'spillway_faults_total 7',
    'spillway_loads_total{model="e",version="0",result="failed"} 2',
    `spillway_full_model_rows_total{${label}} 1`,
    `spillway_group_verdict_rows_total{${label},group="web",verdict="certified"} 2`,
    `spillway_group_verdict_rows_total{${label},group="web",verdict="void"} 0`,
    `spillway_group_exits_total{${label},group="web",stage="1"} 1`,
    `spillway_group_full_model_rows_total{${label},group="web"} 1`,
    `spillway_audit_alarms_total{${label}} 1`,
    `spillway_audit_drawn_rows_total{${label}} 9`,
    `spillway_audit_audited_rows_total{${label}} 6`,
    `spillway_audit_differed_rows_total{${label}} 2`,
    `spillway_audit_missed_rows_total{${label}} 3`,
    `spillway_audit_overdue_rows_total{${label}} 1`,
    `spillway_audit_dropped_rows_total{${label}} 4`,
    'nodejs_eventloop_lag_p99_seconds 0.99',
    `spillway_model_certified{${label}} 1`,
    'spillway_model_certified{model="down",version="1"} 0',
    `spillway_verdict_rows_total{${label},verdict="degraded"} 1`,
    `spillway_model_unchecked{${label}} 0`,
    `spillway_model_epsilon{${label}} 0.05`,
    'spillway_model_epsilon{model="t",version="1"} 0.05',
    `spillway_mode_rows_total{${label},mode="1"} 1`,
    `spillway_exits_total{${label},stage="0"} 2`,
    `spillway_busy_seconds_total{${label}} 1.5`,
    `spillway_latency_seconds_bucket{${label},le="0.0001"} 0`,
    `spillway_latency_seconds_bucket{${label},le="0.00025"} 2`,
    `spillway_latency_seconds_bucket{${label},le="0.0005"} 3`,
    `spillway_latency_seconds_bucket{${label},le="10"} 3`,
    `spillway_latency_seconds_bucket{${label},le="+Inf"} 3`,
    `spillway_latency_seconds_sum{${label}} 2.5`,
    `spillway_latency_seconds_count{${label}} 3`,
  ])
    t.true(text.includes(`\n${line}\n`), line);
});

test('what a model lacks has no sample: one that isn’t certified has no epsilon', (t) => {
  t.notRegex(text, /spillway_model_epsilon\{model="e"/);
  t.notRegex(text, /spillway_audit_alarms_total\{model="down"/);
  t.notRegex(text, /spillway_group_exits_total\{model="down"/);
});

test('a version that isn’t served any more has counters and no gauges', (t) => {
  t.regex(text, /^spillway_requests_total\{model="e",version="0",outcome="answered"\} 0$/m);
  t.regex(text, /^spillway_wait_seconds_count\{model="e",version="0"\} 0$/m);
  t.notRegex(text, /^spillway_(?:model|queue|memory|in)\w*\{model="e",version="0"/m);
});
