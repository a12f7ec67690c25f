import { define, dense, lookup, oneHot } from 'spillway';
import type { Flight } from 'spillway/datasets';
import type { Fetcher } from 'spillway/lookup';
import { TABLES, type Table } from './history.js';

/** The source of the looked-up tables. */
export type Store = (table: Table) => Fetcher<string>;

/**
 * Columns of a flight itself, and lookups of its route, its airports and the hours before it. A
 * lookup's price is one key: with the objective 'price' a cascade makes as few as it can.
 */
export function flightFeatures(store: Store) {
  const of = (table: Table, key: (flight: Flight) => string) =>
    lookup({ key, fetch: store(table), width: TABLES[table].length, price: 1 });
  const hour = ({ minute }: Flight) => Math.floor(minute / 60);
  return define({
    calendar: dense(4, calendar),
    from: oneHot((flight: Flight) => flight.origin, { minCount: 30 }),
    to: oneHot((flight: Flight) => flight.destination, { minCount: 30 }),
    route: of('routes', ({ origin, destination }) => `${origin}-${destination}`),
    origin: of('airports', ({ origin }) => origin),
    destination: of('airports', ({ destination }) => destination),
    slot: of('slots', (flight) => `${flight.origin}:${hour(flight)}`),
    here: of('recent', (flight) => `${flight.origin}:${flight.day}:${hour(flight)}`),
    there: of('recent', (flight) => `${flight.destination}:${flight.day}:${hour(flight)}`),
  });
}

/** Minute of the day, weekday from Monday, whether that's one of work, and distance. */
function calendar(flights: readonly Flight[]): Float32Array {
  const values = new Float32Array(flights.length * 4);
  flights.forEach(({ day, minute, distance }, row) => {
    const weekday = day % 7;
    values.set([minute / 1_440, weekday / 6, Number(weekday < 5), Math.log(distance)], row * 4);
  });
  return values;
}
