import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { random } from '../../lib/stats/index.js';

/** Columns of the table, beside the label's. */
export const WIDTH = 50;
/** Features of ten columns each; later ones take longer. */
export const GROUPS = 5;
const GROUP_ROWS = 50_000;

export const columnName = (column: number) => `c${column}`;

/**
 * Writes a Parquet file of {@link WIDTH} columns, `rows` rows and a label, group by group, so that
 * little of it is in memory. The class depends on columns of all five groups, on products and jumps.
 */
export function writeTable(path: string, rows: number, seed: number): void {
  const draw = random(seed).fork('bench parquet');
  const writer = fileWriter(path);
  let parquet: ParquetWriter | undefined;
  for (let from = 0; from < rows; from += GROUP_ROWS) {
    const count = Math.min(GROUP_ROWS, rows - from);
    const values = Array.from({ length: WIDTH }, () => new Float32Array(count));
    const labels = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      for (const column of values) column[row] = draw.normal();
      const at = (column: number) => values[column][row];
      const sum =
        2 * at(0) +
        (at(1) > 0.5 ? 2 * at(2) : -at(2)) +
        at(10) * at(11) +
        at(20) +
        (at(30) > 1 ? 1.5 : 0) +
        0.7 * at(40);
      labels[row] = Number(sum + 0.5 * draw.normal() > 0);
    }
    const columnData: ColumnSource[] = [
      ...values.map(
        (data, column): ColumnSource => ({ name: columnName(column), data, type: 'FLOAT', nullable: false }),
      ),
      { name: 'label', data: labels, type: 'INT32', nullable: false },
    ];
    parquet ??= new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }) });
    parquet.write({ columnData, rowGroupSize: count });
  }
  parquet?.finish();
}
