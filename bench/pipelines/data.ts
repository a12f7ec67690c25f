import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GlossCategory, loadFlights, loadGlosses, type Mail } from 'spillway/datasets';
import { random } from '../../lib/stats/index.js';
import type { MailSplit } from '../mail/data.js';

/** Those with the most glosses. */
const CATEGORIES: ReadonlySet<GlossCategory> = new Set([
  ...(['artifact', 'person', 'plant', 'animal', 'act', 'communication'] as const),
]);

/** Of the known mails, those for the pipeline to be fitted on: `tune` never sees them. */
const FITTED_SHARE = 0.25;

/** How many of the known mails, the first, the pipeline is fitted on. */
export function fittedMails(known: readonly unknown[]): number {
  return Math.round(FITTED_SHARE * known.length);
}

/** Writes what scikit-learn can't load itself: mails, glosses and flights, as plain data. */
export async function writeData(folder: string, { known, unseen }: MailSplit): Promise<void> {
  const all = await loadGlosses();
  const chosen = [...all.rows.keys()].filter((row) => CATEGORIES.has(all.labels[row]));
  const glosses = { rows: chosen.map((row) => all.rows[row]), labels: chosen.map((row) => all.labels[row]) };
  const flights = await loadFlights({ months: 1 });
  await writeFile(
    join(folder, 'data.json'),
    JSON.stringify({
      train: mailTable(known.rows.slice(0, fittedMails(known.rows)), known.labels),
      test: mailTable(unseen.rows, unseen.labels),
      glosses: {
        rows: some(glosses.rows).map(({ gloss }) => gloss),
        labels: some(glosses.labels),
      },
      flights: { rows: some(flights.rows), labels: some(flights.labels) },
    }),
  );
}

/** The same for rows and labels of the same length. */
function some<T>(all: readonly T[]): T[] {
  const order = Int32Array.from(all.keys());
  random(1).fork('bench pipelines').shuffle(order);
  return Array.from(order.subarray(0, 20_000), (row) => all[row]);
}

function mailTable(mails: readonly Mail[], labels: readonly string[]) {
  return {
    rows: mails.map(({ subject, body }) => [subject, body]),
    labels: labels.slice(0, mails.length),
  };
}
