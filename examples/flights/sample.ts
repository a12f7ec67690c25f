import { type Flight, loadFlights } from 'spillway/datasets';
import { HISTORY_DAYS } from './history.js';

export type Delay = 'late' | 'on time';

export interface Labelled {
  readonly rows: Flight[];
  readonly labels: Delay[];
}

/**
 * Flights after the history's days, in the order of their departure: some of each day. Every
 * sixteenth day is kept from all training, and more of its flights are taken.
 *
 * @param perDay flights of a known day, roughly
 * @param perUnseenDay the same of an unseen one
 */
export async function sampleFlights(
  perDay: number,
  perUnseenDay: number,
): Promise<{ known: Labelled; unseen: Labelled }> {
  const { rows, labels } = await loadFlights();
  const ofDay = new Map<number, number>();
  for (const { day } of rows) ofDay.set(day, (ofDay.get(day) ?? 0) + 1);
  const [known, unseen]: Labelled[] = [
    { rows: [], labels: [] },
    { rows: [], labels: [] },
  ];
  rows.forEach((row, i) => {
    const isUnseen = row.day % 16 === 5;
    const wanted = (isUnseen ? perUnseenDay : perDay) / (ofDay.get(row.day) ?? 1);
    if (row.day < HISTORY_DAYS || hash(i) >= wanted) return;
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
