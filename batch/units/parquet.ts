import { openParquet, type ParquetFile } from '../../lib/data/tables/index.js';
import { optionalPackage } from '../../lib/util/packages.js';
import type { UnitRange } from './unit.js';

/** Consecutive parts of a file, gathered until they have so many rows; none is cut. */
export function gatheredParts(parts: readonly number[], rows: number): UnitRange[] {
  const ranges: UnitRange[] = [];
  let from = 0;
  let sum = 0;
  for (let i = 0; i < parts.length; i++) {
    sum += parts[i];
    // A unit's rows are about as many as asked for: half more is too many.
    if (sum > 0 && (i + 1 === parts.length || sum + parts[i + 1] > 1.5 * rows || sum >= rows)) {
      ranges.push({ from, to: i + 1, rows: sum });
      from = i + 1;
      sum = 0;
    }
  }
  return ranges;
}

/** The last file that was opened: units of a file follow each other, and large footers take long to read. */
let last: { readonly of: string; readonly file: Promise<ParquetFile> } | undefined;

export function parquetFile(path: string, identity: string): Promise<ParquetFile> {
  const of = `${identity} ${path}`;
  if (last?.of !== of) last = { of, file: openParquet(path) };
  return last.file;
}

/** Where the row groups of a file are, column by column. */
export async function groupBytes(path: string, from: number, to: number): Promise<[number, number][]> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await optionalPackage(
    'hyparquet',
    'rows of Parquet files',
    () => import('hyparquet'),
  );
  const { row_groups: groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
  return groups.slice(from, to).flatMap(({ columns }) =>
    columns.flatMap(({ meta_data: data }): [number, number][] => {
      if (data === undefined) return [];
      const begin = Number(data.dictionary_page_offset ?? data.data_page_offset);
      return [[begin, begin + Number(data.total_compressed_size)]];
    }),
  );
}
