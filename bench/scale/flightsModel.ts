import { column, define, gradientBoosting, oneHot, tune } from 'spillway';
import { tableRows } from 'spillway/data';

/** A flight that left, and by how many minutes it was late. */
export interface KnownFlight {
  readonly date: Date;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
  readonly delay: number;
}

/** What is known of a flight before it leaves: columns alone, so that a saved cascade needs no module. */
export const flightsFeatures = define({
  date: column('date'),
  distance: column('distance'),
  origin: oneHot(column('origin')),
  destination: oneHot(column('destination')),
});

/** Tunes a cascade of boosted trees that tells which flights will be late, some microseconds a row, and saves it. */
export async function saveFlightsModel(path: string, flights: readonly KnownFlight[]): Promise<void> {
  const cascade = await tune({
    features: flightsFeatures,
    rows: tableRows({
      date: flights.map(({ date }) => date),
      distance: flights.map(({ distance }) => distance),
      origin: flights.map(({ origin }) => origin),
      destination: flights.map(({ destination }) => destination),
    }),
    labels: flights.map(({ delay }) => (delay > 0 ? 'late' : 'in time')),
    full: gradientBoosting({ rounds: 300 }),
    bound: { loss: 'disagreement', epsilon: 0.02, delta: 0.05 },
    repeats: 'copies',
    seed: 1,
    date: new Date(0),
  });
  await cascade.save(path, { reference: 'rows' });
}
