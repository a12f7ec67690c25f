import { atLeast, atMost } from '../../harness/checks.js';
import type { Pipelines } from '../pipelines.js';
import { closedLoad, latency } from './loadSpec.js';
import { type Bench, ms, type PartOutcome } from './part.js';
import { modelOf, spread, textRequest, textsFor } from './requests.js';

/** First answers of all pipelines, beside later ones and first ones of processes of one each. */
export async function cold(bench: Bench, pipelines: Pipelines, port: number): Promise<PartOutcome> {
  const { programs, log, quick } = bench;
  const { folders, texts } = pipelines;
  const count = folders.length;
  const requests = folders.map((folder, i) => textRequest(modelOf(folder), textsFor(texts, i, 1)));
  const rounds = quick ? 2 : 20;
  log(`cold: first answers of ${count} pipelines, then ${rounds} rounds of later ones`);
  const load = programs.load();
  // The generator itself has been warmed: on paths that the server answers without a model.
  await load.ask(
    'run',
    closedLoad(port, [{ path: '/v2/models/none/infer', body: '{}', rows: 0 }], { count: 200 }),
  );
  const first = await load.ask('run', closedLoad(port, requests, { count }));
  const hot = await load.ask('run', closedLoad(port, requests, { count: count * rounds }));
  const each = quick ? 2 : 10;
  log(`cold: ${each} processes of one each, as they are loaded, and warmed`);
  const alone: Record<'loaded' | 'warmed', (number | null)[]> = { loaded: [], warmed: [] };
  for (const folder of spread(folders, each)) {
    for (const kind of ['loaded', 'warmed'] as const) {
      const child = programs.alone();
      const started = await child.ask('start', { folders: [folder], warm: kind === 'warmed' });
      const request = requests[folders.indexOf(folder)];
      const { latencies } = await load.ask('run', closedLoad(started.port, [request], { count: 1 }));
      alone[kind].push(...latencies);
      await child.close();
    }
  }
  await load.close();
  const figures = {
    cold: { p50: latency(first, 0.5), p99: latency(first, 0.99) },
    hot: { p50: latency(hot, 0.5), p99: latency(hot, 0.99) },
    alone: {
      p50: latency({ latencies: alone.loaded }, 0.5),
      p99: latency({ latencies: alone.loaded }, 0.99),
    },
    aloneWarmed: {
      p50: latency({ latencies: alone.warmed }, 0.5),
      p99: latency({ latencies: alone.warmed }, 0.99),
    },
  };
  return {
    json: figures,
    checks: [
      atLeast(
        `first answers, p99: processes of one each (${each}) over the server`,
        figures.alone.p99 / figures.cold.p99,
        10,
      ),
      atMost('first answers, p99, over that of later ones', figures.cold.p99 / figures.hot.p99, 3),
    ],
    lines: [
      ['', 'p50', 'p99'],
      [`first answers of ${count} pipelines`, ms(figures.cold.p50), ms(figures.cold.p99)],
      ['later ones', ms(figures.hot.p50), ms(figures.hot.p99)],
      [`first answers of ${each} processes`, ms(figures.alone.p50), ms(figures.alone.p99)],
      ['the same, warmed', ms(figures.aloneWarmed.p50), ms(figures.aloneWarmed.p99)],
    ],
  };
}
