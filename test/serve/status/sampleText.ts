import { AnsweredRows, GroupRows } from '../../../serve/counts/answeredRows.js';
import { DurationCounts } from '../../../serve/scheduling/durations.js';
import { metricsText } from '../../../serve/status/metrics.js';
import { processMetrics } from '../../../serve/status/processMetrics.js';
import { statusOf } from '../../../serve/status/snapshot.js';
import { countsOf, loadOf, modeOf, servedModel } from './models.js';

/** A model's name with all that must be escaped. */
export const ODD = 'a "b"\\\nc ü{}=,';

/** Metrics of a server with all that there may be. */
export async function sampleText(): Promise<string> {
  const [rows, group] = [new AnsweredRows(false), new GroupRows(false, 2)];
  for (const each of [rows, group]) each.add('certified', 3, Uint8Array.of(0, 1, 1), 1);
  const latency = new DurationCounts();
  for (const ms of [0.05, 0.3, 3, 3, 700, 20_000]) latency.add(ms);
  const counted = {
    verdicts: rows.verdicts,
    fullRows: rows.full,
    groups: new Map([['web:1', group]]),
    audited: { drawn: 9, audited: 6, differed: 2, missed: 3, overdue: 1, dropped: 4 },
  };
  const loads = [
    loadOf({ rows: 3, rowsByMode: [2, 1], exits: [1, 2], success: latency.all, busyMs: 0.1 + 0.2 }),
  ];
  const index = [{ name: 'broken', version: '4', state: 'UNAVAILABLE', reason: 'x' }];
  const status = statusOf({
    models: [
      servedModel(ODD, { x: 10 }, { loads, counted }, [modeOf(0.01), modeOf(0.05)]),
      servedModel('b', {}),
    ],
    index,
    past: [countsOf('b', { version: '0' })],
    uptimeMs: 2_500,
    refused: [{ protocol: 'http', reason: 'not-found', count: 4 }],
    faults: 1,
  });
  return metricsText(status, await processMetrics({ quantile: () => 1e-7 }));
}
