import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BOUNDS_MS } from '../../../serve/scheduling/index.js';
import { folderFor } from '../../support/files.js';
import { run, withPython } from '../clients/python.js';
import { promtool, withPromtool } from './promtool.js';
import { ODD, sampleText } from './sampleText.js';

/** Metrics and alerts as others read them: Prometheus' client for Python, and its own tool. */

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly [name: string, labels: Readonly<Record<string, string>>, value: number][];
}

withPython('prometheus_client')('Prometheus’ client reads all metrics (left out without it)', async (t) => {
  const path = join(await folderFor(t), 'metrics');
  const text = await sampleText();
  await writeFile(path, text);
  const families: readonly Family[] = await run('../status/prometheus.py', path);
  const lines = text.split('\n').filter((line) => /^[^#]/.test(line));
  t.is(
    families.reduce((sum, { samples }) => sum + samples.length, 0),
    lines.length,
  );
  for (const { name, type, help } of families) {
    t.regex(type, /^(?:counter|gauge|histogram)$/, name);
    t.not(help, '', name);
  }
  const sampled = (name: string, labels: object) => {
    const found = families
      .flatMap(({ samples }) => samples)
      .filter(
        ([each, own]) => each === name && Object.entries(labels).every(([key, value]) => own[key] === value),
      );
    t.is(found.length, 1, name);
    return found[0][2];
  };
  const model = { model: ODD, version: '1' };
  t.is(sampled('spillway_busy_seconds_total', model), (0.1 + 0.2) / 1000);
  t.is(sampled('spillway_group_exits_total', { ...model, group: 'web:1', stage: '1' }), 2);
  t.is(sampled('spillway_model_ready', { model: 'broken' }), 0);
  const latency = families.find(({ name }) => name === 'spillway_latency_seconds');
  t.is(latency?.type, 'histogram');
  const buckets = (latency?.samples ?? []).filter(
    ([name, own]) => name.endsWith('_bucket') && own.model === ODD,
  );
  t.deepEqual(
    buckets.map(([, { le }]) => Number(le.replace('+Inf', 'Infinity'))),
    [...BOUNDS_MS.map((ms) => ms / 1000), Number.POSITIVE_INFINITY],
  );
  t.deepEqual(
    buckets.map(([, , count]) => count),
    [1, 1, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 6],
  );
});

withPromtool('promtool finds nothing wrong with the metrics (left out without it)', async (t) => {
  t.deepEqual(await promtool(['check', 'metrics'], { input: await sampleText() }), { code: 0, said: '' });
  const { code } = await promtool(['check', 'metrics'], { input: '# TYPE a counter\na{ 1\n' });
  t.not(code, 0, 'it would say so');
});

/** The alerts of the page on the server. */
async function alerts(): Promise<string> {
  const page = await readFile('docs/server.md', 'utf8');
  return /^```yaml\n(groups:\n[\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
}

test('alerts are about metrics that there are', async (t) => {
  const text = await sampleText();
  const named = new Set((await alerts()).match(/\b(?:spillway|nodejs|process)_\w+/g));
  t.true(named.size > 8);
  for (const name of named) t.regex(text, new RegExp(`^${name}[{ ]`, 'm'), name);
});

test('the page names each metric that there is, and no other', async (t) => {
  const page = await readFile('docs/server.md', 'utf8');
  const table = page.slice(page.indexOf('### Metrics'), page.indexOf('| `outcome`'));
  const named = [...table.matchAll(/`((?:spillway|process|nodejs)_\w+)`/g)].map(([, name]) => name);
  const there = [...(await sampleText()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  const lag = /^nodejs_eventloop_lag_(?!p50)/;
  t.deepEqual(named.sort(), there.filter((name) => !lag.test(name)).sort());
});

/** Series by time, and alerts that they raise at some minute. */
const CASES: readonly [alert: string, minute: number, series: readonly [string, string][]][] = [
  ['SpillwayModelDown', 5, [['spillway_model_ready{model="m",version="1"}', '1 0x9']]],
  ['SpillwayLoadFailed', 15, [['spillway_loads_total{model="m",version="1",result="failed"}', '0x12 1x9']]],
  ['SpillwayLoadFailed', 15, [['spillway_loads_total{model="m",version="2",result="failed"}', '_x12 1x9']]],
  ['SpillwayCertificateVoid', 3, [['spillway_model_void{model="m",version="1"}', '0 0 1x9']]],
  ['SpillwayAuditUnsaved', 3, [['spillway_model_unsaved{model="m",version="1"}', '0 0 1x9']]],
  ['SpillwayAuditAlarm', 3, [['spillway_audit_alarms_total{model="m",version="1"}', '0 0 1x9']]],
  [
    'SpillwayAuditBlind',
    120,
    [
      ['spillway_audit_missed_rows_total{model="m",version="1"}', '0+6x120'],
      ['spillway_audit_drawn_rows_total{model="m",version="1"}', '0+10x120'],
    ],
  ],
  [
    'SpillwayDegraded',
    20,
    [['spillway_verdict_rows_total{model="m",version="1",verdict="degraded"}', '0+1x20']],
  ],
  ['SpillwayQueue', 20, [['spillway_queue_seconds{model="m",version="1"}', '0x5 2x20']]],
  [
    'SpillwayRefuses',
    20,
    [
      ['spillway_refused_requests_total{protocol="http",reason="overloaded"}', '0+2x20'],
      ['spillway_requests_total{model="m",version="1",outcome="answered"}', '0+100x20'],
    ],
  ],
  ['SpillwayFaults', 4, [['spillway_faults_total', '0 0 0 1x9']]],
  ['SpillwayReaderBusy', 9, [['nodejs_eventloop_lag_p99_seconds', '0.3x20']]],
];

/** A healthy server. */
const CALM: readonly [string, string][] = [
  ['spillway_model_ready{model="m",version="1"}', '1x120'],
  ['spillway_model_void{model="m",version="1"}', '0x120'],
  ['spillway_loads_total{model="m",version="1",result="failed"}', '1x120'],
  ['spillway_audit_alarms_total{model="m",version="1"}', '0x120'],
  ['spillway_audit_missed_rows_total{model="m",version="1"}', '0+1x120'],
  ['spillway_audit_drawn_rows_total{model="m",version="1"}', '0+10x120'],
  ['spillway_verdict_rows_total{model="m",version="1",verdict="degraded"}', '5x120'],
  ['spillway_queue_seconds{model="m",version="1"}', '0.1x120'],
  ['spillway_refused_requests_total{protocol="http",reason="overloaded"}', '0x120'],
  ['spillway_refused_requests_total{protocol="http",reason="not-found"}', '0+50x120'],
  ['spillway_requests_total{model="m",version="1",outcome="answered"}', '0+100x120'],
  ['spillway_faults_total', '3x120'],
  ['nodejs_eventloop_lag_p99_seconds', '0.01x120'],
];

withPromtool(
  'promtool reads the alerts, each is raised when it should be, and none is otherwise (left out without it)',
  async (t) => {
    const folder = await folderFor(t);
    const rules = await alerts();
    await writeFile(join(folder, 'alerts.yml'), rules);
    const checked = await promtool(['check', 'rules', 'alerts.yml'], { cwd: folder });
    t.is(checked.code, 0, checked.said);
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    t.deepEqual([...new Set(CASES.map(([alert]) => alert))].sort(), names.sort());
    const seriesOf = (series: readonly [string, string][]) =>
      series.map(([name, values]) => ({ series: name, values }));
    // JSON is YAML. What an alert says is its own matter: an empty list expects none.
    const test = {
      rule_files: ['alerts.yml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: seriesOf(CALM),
          alert_rule_test: names.map((alertname) => ({ eval_time: '115m', alertname, exp_alerts: [] })),
        },
        ...CASES.map(([alertname, minute, series]) => ({
          interval: '1m',
          input_series: seriesOf(series),
          promql_expr_test: [
            {
              expr: `count(ALERTS{alertname="${alertname}",alertstate="firing"})`,
              eval_time: `${minute}m`,
              exp_samples: [{ labels: '{}', value: 1 }],
            },
          ],
        })),
      ],
    };
    await writeFile(join(folder, 'test.yml'), JSON.stringify(test));
    const { code, said } = await promtool(['test', 'rules', 'test.yml'], { cwd: folder });
    t.is(code, 0, said);
  },
);
