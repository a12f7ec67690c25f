import test from 'ava';
import { metricsText } from '../../../serve/status/metrics.js';
import { statusOf } from '../../../serve/status/snapshot.js';
import { certificateOf } from '../../support/plans.js';
import { loadOf, modeOf, servedModel } from './models.js';

const odd = 'a "b"\\\nc';

const text = metricsText(
  statusOf(
    [
      servedModel(
        odd,
        { x: 10 },
        {
          invalid: 2,
          verdicts: new Map([
            ['certified', 2],
            ['degraded', 1],
          ]),
          lastVerdict: 'certified',
          loads: [
            loadOf({
              rows: 3,
              rowsByMode: [2, 1],
              level: 1,
              exits: [2, 1],
              p50Ms: 2,
              p99Ms: 8,
              busyMs: 1_500,
              invalid: 1,
            }),
          ],
        },
        [modeOf(0.01), modeOf(0.05)],
      ),
      servedModel('down', {}, { lastVerdict: 'degraded' }),
      servedModel('t', {}, { together: certificateOf({ epsilon: 0.05 }) }, [modeOf(0.01), modeOf(0.05)]),
      servedModel('e', {}, { state: 'UNAVAILABLE' }, [{ ...modeOf(0), epsilon: null, verdict: 'void' }]),
    ],
    2_500,
    [{ protocol: 'http', reason: 'invalid', count: 4 }],
  ),
);

/** Lines of the format: a comment, or a name, labels and a number. */
const SAMPLE =
  /^[a-z_:]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?\d+(?:\.\d+)?(?:e-?\d+)?$/;

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
      t.true(described.has(line.split(/[{ ]/)[0]), line);
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
    `spillway_model_certified{${label}} 1`,
    'spillway_model_certified{model="down",version="1"} 0',
    `spillway_verdict_rows_total{${label},verdict="degraded"} 1`,
    `spillway_model_unchecked{${label}} 0`,
    `spillway_model_epsilon{${label}} 0.05`,
    'spillway_model_epsilon{model="t",version="1"} 0.05',
    `spillway_mode_rows_total{${label},mode="1"} 1`,
    `spillway_exits_total{${label},stage="0"} 2`,
    `spillway_busy_seconds_total{${label}} 1.5`,
    `spillway_latency_seconds{${label},quantile="0.99"} 0.008`,
  ])
    t.true(text.includes(`\n${line}\n`), line);
});

test('what a model lacks has no sample: one that isn’t certified has no epsilon', (t) => {
  t.notRegex(text, /spillway_model_epsilon\{model="e"/);
  t.notRegex(text, /spillway_latency_seconds\{model="e"/);
  t.notRegex(text, /spillway_audit_alarms/.test(text) ? /spillway_audit_alarms\{/ : /never/);
});
