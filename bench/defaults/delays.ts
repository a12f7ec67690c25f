import { define, dense, gradientBoosting, logisticRegression, lookup } from 'spillway';
import { type Flight, loadFlights } from 'spillway/datasets';
import { fetcher } from 'spillway/lookup';
import type { Variant } from '../fidelities/compare.js';
import { DEFAULT, drawn, type Problem } from './problem.js';

type Punctuality = 'early' | 'not early';

/** Days whose flights make up the tables: rows come after them. */
const HISTORY_DAYS = 28;
const MONTHS = { quick: 2, usual: 6, full: 6 };
const FLIGHTS = { quick: 800, usual: 4_000, full: 12_000 };
/** Minutes after which a flight is late. */
const LATE = 15;
/** Shares of few flights are drawn to those of all, as if there were so many more. */
const USUAL = 10;

/**
 * Which flights leave early? Half of them do. Boosted trees over lookups in tables of this process: of routes, of hours
 * at airports, and of airports on the day before and within the last hours.
 */
export const delays: Problem = async (seed, size, use) => {
  const { rows, labels } = await loadFlights({ months: MONTHS[size] });
  const tables = tablesOf(rows, labels);
  const first = rows.findIndex(({ day }) => day >= HISTORY_DAYS);
  const later = {
    rows: rows.slice(first),
    labels: labels.slice(first).map((delay): Punctuality => (delay < 0 ? 'early' : 'not early')),
  };
  const known = FLIGHTS[size];
  const features = featuresOver(tables);
  const full = gradientBoosting();
  const bound = { loss: 'disagreement', epsilon: size === 'quick' ? 0.15 : 0.05, delta: 0.05 } as const;
  const fewer = gradientBoosting({ rounds: 25, maxDepth: 4 });
  const byHand = { full, bound, repeats: true, fidelities: false } as const;
  const variants: Variant<Flight, Punctuality>[] = [
    { name: 'fewer trees', features, options: { ...byHand, approximate: fewer } },
    {
      name: 'fewer trees, logistic regression too',
      features,
      options: { ...byHand, approximate: [fewer, logisticRegression()] },
    },
    { name: DEFAULT, features, options: { full, bound } },
  ];
  return use(variants, drawn(later, { seed, name: 'delays', known, unseen: known }));
};

/** Counts of flights, early ones and late ones, and the sum of their delays. */
type Sums = [flights: number, early: number, late: number, delay: number];
type Table = ReadonlyMap<string, Sums>;
type Tables = Readonly<Record<'routes' | 'hours' | 'days' | 'recent', Table>>;

const hourOf = ({ minute }: Flight) => Math.floor(minute / 60);
const routeOf = ({ origin, destination }: Flight) => `${origin}-${destination}`;
const HOURS_KNOWN = 3;

/** Routes and hours of the first days; of each day, each airport's flights, and those of the hours before each hour. */
export function tablesOf(flights: readonly Flight[], delaysOf: readonly number[]): Tables {
  const [routes, hours, days, recent] = Array.from({ length: 4 }, () => new Map<string, Sums>());
  const add = (table: Map<string, Sums>, key: string, delay: number) => {
    const sums = table.get(key) ?? [0, 0, 0, 0];
    table.set(key, sums);
    sums[0]++;
    sums[1] += Number(delay < 0);
    sums[2] += Number(delay > LATE);
    sums[3] += delay;
  };
  flights.forEach((flight, i) => {
    const { day, origin } = flight;
    const hour = hourOf(flight);
    if (day < HISTORY_DAYS) {
      add(routes, routeOf(flight), delaysOf[i]);
      add(hours, `${origin}:${hour}`, delaysOf[i]);
    }
    add(days, `${origin}:${day}`, delaysOf[i]);
    for (let after = 1; after <= HOURS_KNOWN; after++)
      add(recent, `${origin}:${day}:${hour + after}`, delaysOf[i]);
  });
  return { routes, hours, days, recent };
}

function featuresOver(tables: Tables) {
  const fetchers = Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [
      name,
      fetcher((keys: readonly string[]) => keys.map((key) => numbersOf(table.get(key))), { name }),
    ]),
  );
  const of = (name: keyof Tables, key: (flight: Flight) => string) =>
    lookup({ key, fetch: fetchers[name], width: 4 });
  return define<Flight, string>({
    calendar: dense(3, (flights: readonly Flight[]) =>
      Float32Array.from(flights.flatMap(({ minute, day, distance }) => [minute, day % 7, distance])),
    ),
    route: of('routes', routeOf),
    origin: of('hours', (flight) => `${flight.origin}:${hourOf(flight)}`),
    destination: of('hours', (flight) => `${flight.destination}:${hourOf(flight)}`),
    dayBefore: of('days', ({ origin, day }) => `${origin}:${day - 1}`),
    here: of('recent', (flight) => `${flight.origin}:${flight.day}:${hourOf(flight)}`),
    there: of('recent', (flight) => `${flight.destination}:${flight.day}:${hourOf(flight)}`),
  });
}

/** Flights, the shares of early and of late ones, and the mean delay; nothing where there were no flights. */
function numbersOf(sums: Sums | undefined): number[] | undefined {
  if (sums === undefined) return undefined;
  const [flights, early, late, delay] = sums;
  const of = (sum: number, usual: number) => (sum + USUAL * usual) / (flights + USUAL);
  return [flights, of(early, 0.5), of(late, 0.2), of(delay, 5)];
}
