import { logisticRegression } from 'spillway';
import type { Flight } from 'spillway/datasets';
import { redisSource } from 'spillway/lookup';
import { flightFeatures } from '../../examples/flights/features.js';
import { flightModels } from '../../examples/flights/models.js';
import { type Delay, sampleFlights } from '../../examples/flights/sample.js';
import { inRedis } from '../../examples/flights/store.js';
import { random } from '../../lib/stats/index.js';
import { compareVariants, type Variant } from '../fidelities/compare.js';
import { flightsInRedis } from '../flights/redis.js';
import { cut, DEFAULT, type Problem } from './problem.js';

const PER_DAY = { quick: 20, usual: 30, full: 120 };
const KNOWN = 2 / 3;

/**
 * Flights whose tables are looked up in a real Redis, rows of the same days: they are drawn at random from all, so that
 * each is a row of its own. Late is more than 15 minutes, and a constant answer differs from the full model's on more
 * than 5 %.
 *
 * @throws Error without Redis or DuckDB: the workload looks for them first
 */
export const flights: Problem = async (seed, size, log) => {
  const server = await flightsInRedis();
  if (typeof server === 'string') throw new Error(server);
  try {
    const source = await redisSource(server.url, { maxBatch: 100, timeoutMs: 60_000 });
    const { known, unseen } = await sampleFlights(PER_DAY[size], PER_DAY[size]);
    const rows = [...known.rows, ...unseen.rows];
    const labels = [...known.labels, ...unseen.labels];
    const order = Int32Array.from(rows.keys());
    random(seed).fork('bench defaults flights').shuffle(order);
    const features = flightFeatures(inRedis(source));
    const { full, approximate } = flightModels;
    const bound = { loss: 'disagreement', epsilon: 0.05, delta: 0.05 } as const;
    const byHand = { full, bound, fidelities: false } as const;
    const variants: Variant<Flight, Delay>[] = [
      { name: 'fewer trees', features, options: { ...byHand, approximate } },
      {
        name: 'fewer trees, logistic regression too',
        features,
        options: { ...byHand, approximate: [approximate, logisticRegression()] },
      },
      { name: DEFAULT, features, options: { full, bound } },
    ];
    const split = cut(
      Array.from(order, (row) => rows[row]),
      Array.from(order, (row) => labels[row]),
      Math.round(KNOWN * order.length),
    );
    const figures = await compareVariants(variants, split, seed, log);
    await source.close();
    return figures;
  } finally {
    await server.end();
  }
};
