import type { Timer } from '../../lib/util/timer.js';
import type { VersionCounts } from '../counts/index.js';
import type { RefusalCount } from '../faults.js';
import type { ServerPage } from '../http/index.js';
import type { ModelLoad } from '../scheduling/index.js';
import type { ServedModel } from '../server.js';
import { metricsText } from './metrics.js';
import { PAGE, POLICY } from './page.js';
import { type LoopLag, processMetrics } from './processMetrics.js';
import { type AbsentModel, statusOf } from './snapshot.js';

const FRESH = ['Cache-Control', 'no-store'];

/** What pages tell of. */
export interface StatusPorts {
  readonly models: {
    models(): readonly ServedModel<ModelLoad>[];
    index(): readonly AbsentModel[];
    past(): readonly VersionCounts[];
  };
  readonly timer: Timer;
  readonly refusals: { readonly all: readonly RefusalCount[] };
  readonly faults: { readonly count: number };
  readonly lag: Pick<LoopLag, 'quantile'>;
}

/**
 * Pages about what is served: `/` to look at, `/status.json` with its data, and `/metrics` for Prometheus. The first
 * holds no data of its own, so it needs no right.
 */
export function statusPages({
  models,
  timer,
  refusals,
  faults,
  lag,
}: StatusPorts): Readonly<Record<string, ServerPage>> {
  const begun = timer.now();
  const status = () =>
    statusOf({
      models: models.models(),
      index: models.index(),
      past: models.past(),
      uptimeMs: timer.now() - begun,
      refused: refusals.all,
      faults: faults.count,
    });
  return {
    '/': {
      right: undefined,
      answer: () => ({
        contentType: 'text/html; charset=utf-8',
        body: PAGE,
        headers: ['Content-Security-Policy', POLICY, 'X-Content-Type-Options', 'nosniff'],
      }),
    },
    '/status.json': {
      right: 'metrics',
      answer: () => ({ contentType: 'application/json', body: JSON.stringify(status()), headers: FRESH }),
    },
    '/metrics': {
      right: 'metrics',
      answer: async () => ({
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        body: metricsText(status(), await processMetrics(lag)),
        headers: FRESH,
      }),
    },
  };
}
