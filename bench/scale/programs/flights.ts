import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  type RecordBatch,
  RecordBatchStreamWriter,
  Table,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { parquetRows } from 'spillway/data';
import { type KnownFlight, saveFlightsModel } from '../flightsModel.js';

/**
 * Writes flights in the order of their departure: all of them into `flights.parquet`, fewer into `some.parquet`, and
 * those that the filter is timed on into `flights.arrows` and `flights.jsonl`. A cascade for them is `flights/1`.
 */

/** Rows of a Parquet group, and so of a unit. */
const GROUP = 100_000;
/** Rows of an Arrow batch, as Spark sends them. */
const BATCH = 10_000;
/** Rows that the cascade is tuned on. */
const TUNED = 50_000;

interface Flight extends KnownFlight {
  readonly id: number;
}

const [folder, ...sizes] = process.argv.slice(2);
const [count, some, filtered] = sizes.map(Number);
const all = parquetFile(join(folder, 'flights.parquet'));
const fewer = parquetFile(join(folder, 'some.parquet'));
const stream = new RecordBatchStreamWriter();
const sample: Flight[] = [];
let from = 0;
for await (const group of groups()) {
  all.write(group);
  if (from < some) fewer.write(group.slice(0, some - from));
  if (from < filtered) {
    const head = group.slice(0, filtered - from);
    for (let at = 0; at < head.length; at += BATCH) stream.write(recordBatch(head.slice(at, at + BATCH)));
    appendFileSync(join(folder, 'flights.jsonl'), head.map(jsonLine).join(''));
  }
  sample.push(...group.filter(({ id }) => id % Math.ceil(count / TUNED) === 0));
  from += group.length;
}
all.end();
fewer.end();
stream.finish();
writeFileSync(join(folder, 'flights.arrows'), await stream.toUint8Array());
mkdirSync(join(folder, 'flights', '1'), { recursive: true });
await saveFlightsModel(join(folder, 'flights', '1', 'model.cascade'), sample);

async function* groups(): AsyncGenerator<Flight[]> {
  const data = createRequire(import.meta.url).resolve('vega-datasets');
  let id = 0;
  const read = parquetRows(join(data, '../../data/flights-3m.parquet'), {
    row: ({ date, distance, origin, destination, delay }): Flight => ({
      id: id++,
      date: date instanceof Date ? date : new Date(Number.NaN),
      distance: Number(distance),
      origin: String(origin),
      destination: String(destination),
      delay: Number(delay),
    }),
  });
  let group: Flight[] = [];
  for await (const flight of read()) {
    group.push(flight);
    if (group.length < GROUP && id < count) continue;
    yield group;
    if (id === count) return;
    group = [];
  }
}

/** A row group for each group that is written. A delay isn't known before its flight has left: it stays out. */
function parquetFile(path: string) {
  let parquet: ParquetWriter | undefined;
  return {
    write(rows: readonly Flight[]) {
      const columnData: ColumnSource[] = [
        { name: 'id', data: Int32Array.from(rows, ({ id }) => id), type: 'INT32', nullable: false },
        { name: 'date', data: rows.map(({ date }) => date), type: 'TIMESTAMP', nullable: false },
        {
          name: 'distance',
          data: Int32Array.from(rows, (row) => row.distance),
          type: 'INT32',
          nullable: false,
        },
        { name: 'origin', data: rows.map(({ origin }) => origin), type: 'STRING', nullable: false },
        { name: 'destination', data: rows.map((row) => row.destination), type: 'STRING', nullable: false },
      ];
      parquet ??= new ParquetWriter({
        writer: fileWriter(path),
        schema: schemaFromColumnData({ columnData }),
      });
      parquet.write({ columnData, rowGroupSize: GROUP });
    },
    end: () => parquet?.finish(),
  };
}

function recordBatch(rows: readonly Flight[]): RecordBatch {
  const texts = (of: (row: Flight) => string) => vectorFromArray(rows.map(of), new Utf8());
  return new Table({
    id: vectorFromArray(Int32Array.from(rows, ({ id }) => id)),
    date: vectorFromArray(
      rows.map(({ date }) => date),
      new TimestampMillisecond(),
    ),
    distance: vectorFromArray(Int32Array.from(rows, ({ distance }) => distance)),
    origin: texts(({ origin }) => origin),
    destination: texts(({ destination }) => destination),
  }).batches[0];
}

/** JSON has no dates: milliseconds. */
function jsonLine({ id, date, distance, origin, destination }: Flight): string {
  return `${JSON.stringify({ id, date: date.getTime(), distance, origin, destination })}\n`;
}
