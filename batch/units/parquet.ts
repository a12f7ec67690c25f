import { openParquet, type ParquetFile } from '../../lib/data/tables/index.js';
import type { BatchInput, UnitRange } from './unit.js';

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

/** Keeps the file that was opened last: units of a file follow each other, and large footers take long to read. */
export class ParquetFiles {
  private last: { readonly of: string; readonly file: ParquetFile } | undefined;

  /** @throws as `openParquet`; then the next call tries again */
  async open({ path, identity }: BatchInput): Promise<ParquetFile> {
    const of = `${identity} ${path}`;
    if (this.last?.of !== of) this.last = { of, file: await openParquet(path) };
    return this.last.file;
  }

  /** After a fault: what the file has kept of it is void. */
  forget(): void {
    this.last = undefined;
  }
}
