import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fromPackage } from './packages.js';

/** A flight within the United States in the first half of 2001, as it was known before it left. */
export interface Flight {
  /**
   * Day of its departure, from 0, the 1st of January 2001, to 180, the 30th of June; the 1st was a
   * Monday.
   */
  readonly day: number;
  /** Minute of that day, local time, 0 to 1,439. */
  readonly minute: number;
  /** Miles. */
  readonly distance: number;
  /** IATA code of the airport. */
  readonly origin: string;
  readonly destination: string;
}

const DATA = 'vega-datasets';
const READER = 'hyparquet';
const DECOMPRESSOR = 'hyparquet-compressors';
const FILE = 'flights-3m.parquet';
const MINUTE = 60_000;
const DAY = 1_440;
const START = Date.UTC(2001, 0, 1);

/**
 * 2,999,994 real flights of January to June 2001, in the order of their departure, each labelled with its delay in
 * minutes, which is below 0 where it was early.
 *
 * Rejects with `MissingDataset` unless `vega-datasets`, which ships them, is installed with `hyparquet` and
 * `hyparquet-compressors`, which read them; with RangeError for months that aren't there.
 *
 * @param options.months how many, from January on, 1 to 6: all of them take some ten seconds and, meanwhile, 900 MB.
 *   @defaultValue 6
 *
 * @example
 * const { rows, labels } = await loadFlights({ months: 1 });
 * rows[0]; // { day: 0, minute: 1, distance: 2176, origin: 'LAS', destination: 'PHL' }
 * labels[0]; // 33
 */
export async function loadFlights({
  months = 6,
}: {
  readonly months?: number;
} = {}): Promise<{ rows: Flight[]; labels: number[] }> {
  if (!(Number.isInteger(months) && months >= 1 && months <= 6)) {
    throw new RangeError(`there are 1 to 6 months of flights, not ${months}`);
  }
  const end = (Date.UTC(2001, months, 1) - START) / (DAY * MINUTE);
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await fromPackage(
    READER,
    () => import('hyparquet'),
  );
  const { compressors } = await fromPackage(DECOMPRESSOR, () => import('hyparquet-compressors'));
  const path = await fromPackage(DATA, async () => createRequire(import.meta.url).resolve(DATA));
  const file = await asyncBufferFromFile(join(path, '../../data', FILE));
  const metadata = await parquetMetadataAsync(file);

  const rows: Flight[] = [];
  const labels: number[] = [];
  const airports = new Map<string, string>();
  const airport = (code: string) => {
    const known = airports.get(code);
    if (known === undefined) airports.set(code, code);
    return known ?? code;
  };
  // Group by group: its own objects take far more memory than ours.
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    for (const each of await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd })) {
      const { date, delay, distance, origin, destination } = each;
      const minutes = Math.round((Number(date) - START) / MINUTE);
      const day = Math.floor(minutes / DAY);
      // The file is in order, and six flights of July end it.
      if (day >= end) return { rows, labels };
      rows.push({
        day,
        minute: minutes - day * DAY,
        distance: Number(distance),
        origin: airport(String(origin)),
        destination: airport(String(destination)),
      });
      labels.push(Number(delay));
    }
    rowStart = rowEnd;
  }
  return { rows, labels };
}
