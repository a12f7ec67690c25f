import { columns, define, gradientBoosting, logisticRegression } from 'spillway';
import { tableRows } from 'spillway/data';
import { type Flight, loadFlights } from 'spillway/datasets';
import type { Variant } from '../fidelities/compare.js';
import { DEFAULT, drawn, type Problem } from './problem.js';

type Day = 'bad' | 'good';
type TableRow = Readonly<Record<string, unknown>>;

const MONTHS = { quick: 2, usual: 6, full: 6 };
const ROWS = { quick: 600, usual: 4_000, full: 8_000 };
/** Days whose hours are columns. */
const BEFORE = 7;
const HOURS = 24;
/** Departures a day, on average, of the airports that are rows. */
const BUSY = 20;
/** A flight is late after so many minutes, and a day is bad with a larger share of late ones. */
const LATE = 15;
const BAD = 1 / 6;

/**
 * A table of 360 columns of numbers: an airport's departures in each hour of a day and of the week before, and their
 * mean delays in each hour of that week. It is told whether the day will be bad, which half of them are.
 */
export const airports: Problem = async (seed, size, use) => {
  const { rows, labels } = await loadFlights({ months: MONTHS[size] });
  const { table, names, labels: days } = airportDays(rows, labels);
  const known = ROWS[size];
  const full = gradientBoosting();
  const bound = {
    loss: 'disagreement',
    epsilon: size === 'quick' ? 0.15 : 0.05,
    delta: 0.05,
  } as const;
  const whole = define<TableRow, string>({
    table: columns([...names.today, ...names.yesterday, ...names.week]),
  });
  const parts = define<TableRow, string>({
    today: columns(names.today),
    yesterday: columns(names.yesterday),
    week: columns(names.week),
  });
  const fewer = gradientBoosting({ rounds: 25, maxDepth: 4 });
  const byHand = { full, bound, repeats: true, fidelities: false } as const;
  const variants: Variant<TableRow, Day>[] = [
    { name: 'fewer trees', features: whole, options: { ...byHand, approximate: fewer } },
    { name: 'columns by days, fewer trees', features: parts, options: { ...byHand, approximate: fewer } },
    {
      name: 'columns by days, logistic regression too',
      features: parts,
      options: { ...byHand, approximate: [fewer, logisticRegression()] },
    },
    { name: DEFAULT, features: whole, options: { full, bound } },
  ];
  const all = { rows: tableRows<TableRow>(table), labels: days };
  return use(variants, drawn(all, { seed, name: 'airports', known, unseen: known }));
};

/** The table by its columns: `flights0h13` are today's departures from 13:00 on, `delay1h13` yesterday's mean delay. */
export function airportDays(flights: readonly Flight[], delays: readonly number[]) {
  const days = (flights.at(-1)?.day ?? 0) + 1;
  const counts = new Map<string, Float64Array>();
  const sums = new Map<string, Float64Array>();
  const late = new Map<string, Float64Array>();
  const add = (to: Map<string, Float64Array>, airport: string, length: number, at: number, what: number) => {
    const own = to.get(airport) ?? new Float64Array(length);
    to.set(airport, own);
    own[at] += what;
  };
  flights.forEach(({ origin, day, minute }, i) => {
    const hour = day * HOURS + Math.floor(minute / 60);
    add(counts, origin, days * HOURS, hour, 1);
    add(sums, origin, days * HOURS, hour, delays[i]);
    add(late, origin, days, day, Number(delays[i] > LATE));
  });
  const names = namesOfColumns();
  const table: Record<string, number[]> = Object.fromEntries(
    Object.values(names).flatMap((some) => some.map((name) => [name, []])),
  );
  const labels: Day[] = [];
  for (const [airport, hours] of counts) {
    const total = hours.reduce((sum, count) => sum + count, 0);
    const delayed = sums.get(airport);
    const lateOnes = late.get(airport);
    if (total < BUSY * days || delayed === undefined || lateOnes === undefined) continue;
    for (let day = BEFORE; day < days; day++) {
      const departures = hours
        .subarray(day * HOURS, (day + 1) * HOURS)
        .reduce((sum, count) => sum + count, 0);
      if (departures === 0) continue;
      for (let ago = 0; ago <= BEFORE; ago++)
        for (let hour = 0; hour < HOURS; hour++) {
          const at = (day - ago) * HOURS + hour;
          table[`flights${ago}h${hour}`].push(hours[at]);
          if (ago > 0) table[`delay${ago}h${hour}`].push(delayed[at] / Math.max(1, hours[at]));
        }
      labels.push(lateOnes[day] / departures > BAD ? 'bad' : 'good');
    }
  }
  return { table, names, labels };
}

function namesOfColumns() {
  const ofDay = (ago: number) =>
    (ago === 0 ? ['flights'] : ['flights', 'delay']).flatMap((what) =>
      Array.from({ length: HOURS }, (_, hour) => `${what}${ago}h${hour}`),
    );
  const week = Array.from({ length: BEFORE - 1 }, (_, d) => ofDay(d + 2)).flat();
  return { today: ofDay(0), yesterday: ofDay(1), week };
}
