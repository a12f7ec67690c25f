import { type Flight, loadFlights } from 'spillway/datasets';
import type { Random } from '../../lib/stats/index.js';

/** A flight, and its number among all of them. */
export interface FlightRow {
  readonly id: number;
  readonly flight: Flight;
}

export type Lateness = 'in time' | 'late';

/** Minutes from which on a delay is long: one flight in twenty. */
export const LONG = 60;

/** First days of months, counted from 0 at the 1st of January. */
const APRIL = 90;
const JUNE = 151;
const LEAST_DEPARTURES = 100;

/** Statistics of one airport from all training flights. */
export interface AirportPrior {
  /** Shares of its departures and of its arrivals that were late; of its departures by the hour. */
  readonly leaving: number;
  readonly arriving: number;
  readonly byHour: readonly number[];
  /** Departures a day. */
  readonly size: number;
}

export interface FlightsProblem {
  /** Some of January to March. */
  readonly rows: readonly FlightRow[];
  readonly labels: readonly Lateness[];
  readonly priors: ReadonlyMap<string, AirportPrior>;
  /** Airport-days of April and May, in random order: flights in the order of their departure. */
  readonly spring: readonly (readonly FlightRow[])[];
  /** The same of June. */
  readonly june: readonly (readonly FlightRow[])[];
}

/** Airport-days with at least 100 departures, and what models learn from: earlier months. */
export async function flightsProblem(train: number, draw: Random): Promise<FlightsProblem> {
  const { rows: flights, labels } = await loadFlights();
  const end = flights.findIndex(({ day }) => day >= APRIL);
  const drawn = sample(end, train, draw);
  const rows = Array.from(drawn, (id) => ({ id, flight: flights[id] }));
  const days = airportDays(flights, end);
  return {
    rows,
    labels: Array.from(drawn, (id) => (labels[id] >= LONG ? 'late' : 'in time')),
    priors: priorsOf(flights.slice(0, end), labels),
    spring: shuffled(
      days.filter(([{ flight }]) => flight.day < JUNE),
      draw,
    ),
    june: shuffled(
      days.filter(([{ flight }]) => flight.day >= JUNE),
      draw,
    ),
  };
}

function sample(from: number, count: number, draw: Random): Int32Array {
  const order = Int32Array.from({ length: from }, (_, i) => i);
  draw.shuffle(order);
  return order.slice(0, count);
}

function shuffled<T>(items: readonly T[], draw: Random): T[] {
  return Array.from(sample(items.length, items.length, draw), (i) => items[i]);
}

function airportDays(flights: readonly Flight[], first: number): FlightRow[][] {
  const days = new Map<string, FlightRow[]>();
  for (let id = first; id < flights.length; id++) {
    const flight = flights[id];
    const key = `${flight.origin} ${flight.day}`;
    const day = days.get(key);
    if (day) day.push({ id, flight });
    else days.set(key, [{ id, flight }]);
  }
  return [...days.values()].filter(({ length }) => length >= LEAST_DEPARTURES);
}

/** @param flights of whole days from the first on */
export function priorsOf(
  flights: readonly Flight[],
  delays: readonly number[],
): ReadonlyMap<string, AirportPrior> {
  const empty = () => ({
    left: 0,
    leftLate: 0,
    came: 0,
    cameLate: 0,
    hours: new Float64Array(24),
    late: new Float64Array(24),
  });
  const counts = new Map<string, ReturnType<typeof empty>>();
  const of = (airport: string) => {
    const own = counts.get(airport) ?? empty();
    counts.set(airport, own);
    return own;
  };
  let lateOnes = 0;
  flights.forEach(({ origin, destination, minute }, i) => {
    const late = Number(delays[i] >= LONG);
    lateOnes += late;
    const from = of(origin);
    const hour = Math.floor(minute / 60);
    from.left++;
    from.leftLate += late;
    from.hours[hour]++;
    from.late[hour] += late;
    const to = of(destination);
    to.came++;
    to.cameLate += late;
  });
  const overall = lateOnes / flights.length;
  // As if it had 20 more that are as all are.
  const share = (late: number, all: number, usual: number) => (late + 20 * usual) / (all + 20);
  const days = flights[flights.length - 1].day + 1;
  return new Map(
    Array.from(counts, ([airport, { left, leftLate, came, cameLate, hours, late }]) => {
      const leaving = share(leftLate, left, overall);
      return [
        airport,
        {
          leaving,
          arriving: share(cameLate, came, overall),
          byHour: Array.from(hours, (all, hour) => share(late[hour], all, leaving)),
          size: left / days,
        },
      ];
    }),
  );
}
