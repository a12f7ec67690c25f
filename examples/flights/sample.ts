import { type Flight, loadFlights } from 'spillway/datasets';
import { HISTORY_DAYS } from './history.js';

export type Delay = 'late' | 'on time';

export interface Labelled {
  readonly rows: Flight[];
  readonly labels: Delay[];
}

/**
 * Flights after the history's days: a sample of most days to learn from, and of each eighth day, which nothing else
 * sees, all those of some hours, in the order of their departure.
 *
 * @param perDay flights of a day of the sample, roughly
 * @param hours of an unseen day, from noon on
 */
export async function sampleFlights(
  perDay: number,
  hours: number,
  months = 6,
): Promise<{ known: Labelled; unseen: Labelled }> {
  const { rows, labels } = await loadFlights({ months });
  const [known, unseen]: Labelled[] = [
    { rows: [], labels: [] },
    { rows: [], labels: [] },
  ];
  const perDayOfAll = new Map<number, number>();
  for (const { day } of rows) perDayOfAll.set(day, (perDayOfAll.get(day) ?? 0) + 1);
  rows.forEach((row, i) => {
    const { day, minute } = row;
    if (day < HISTORY_DAYS) return;
    const isUnseen = day % 8 === 5;
    const share = perDay / (perDayOfAll.get(day) ?? 1);
    const isIn = isUnseen ? minute >= 720 && minute < 720 + 60 * hours : hash(i) < share;
    if (!isIn) return;
    const into = isUnseen ? unseen : known;
    into.rows.push(row);
    into.labels.push(labels[i] > 15 ? 'late' : 'on time');
  });
  return { known, unseen };
}

/** As good as uniform in [0, 1), and the same at every run. */
function hash(i: number): number {
  let h = Math.imul(i ^ (i >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
