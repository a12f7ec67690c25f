import { logisticRegression } from 'spillway';
import type { Flight } from 'spillway/datasets';
import { redisSource } from 'spillway/lookup';
import { flightFeatures } from '../../examples/flights/features.js';
import { flightModels } from '../../examples/flights/models.js';
import { type Delay, sampleFlights } from '../../examples/flights/sample.js';
import { inRedis } from '../../examples/flights/store.js';
import type { Variant } from '../fidelities/compare.js';
import { flightsInRedis } from '../flights/redis.js';
import { DEFAULT, drawn, type Problem } from './problem.js';

const PER_DAY = { quick: 20, usual: 30, full: 120 };
const KNOWN = 2 / 3;

/**
 * Flights whose tables are looked up in a real Redis, rows of the same days: they are drawn at random from all, so that
 * each is a row of its own. Late is more than 15 minutes, and a constant answer differs from the full model's on more
 * than 5 %.
 *
 * @throws Error without Redis or DuckDB: the workload looks for them first
 */
export const flights: Problem = async (seed, size, use) => {
  const server = await flightsInRedis();
  if (typeof server === 'string') throw new Error(server);
  try {
    const source = await redisSource(server.url, { maxBatch: 100, timeoutMs: 60_000 });
    const { known, unseen } = await sampleFlights(PER_DAY[size], PER_DAY[size]);
    const rows = [...known.rows, ...unseen.rows];
    const labels = [...known.labels, ...unseen.labels];
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
    const count = Math.round(KNOWN * rows.length);
    const split = drawn(
      { rows, labels },
      { seed, name: 'flights', known: count, unseen: rows.length - count },
    );
    const used = await use(variants, split);
    await source.close();
    return used;
  } finally {
    await server.end();
  }
};
