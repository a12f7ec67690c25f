import * as arrow from 'apache-arrow';
import {
  type AnswerColumns,
  openReader,
  openWriter,
  type RowBatch,
  type WriterOptions,
} from '../../batch/formats/index.js';
import { columnTypes, inputsOf, type ReadOptions, readUnit, unitsIn } from '../../batch/units/index.js';
import { Kept, piecesOf } from './streams.js';

/** Tables as an Arrow stream, a record batch each. */
export function streamOf(...tables: readonly arrow.Table[]): Uint8Array {
  return arrow.RecordBatchStreamWriter.writeAll(tables.flatMap(({ batches }) => batches)).toUint8Array(true);
}

/** Answers that say which row is whose. */
export function answersFor({ rows, from }: RowBatch): AnswerColumns {
  return {
    label: rows.map((_, i) => `l${from + i}`),
    stage: Uint8Array.from(rows, (_, i) => (from + i) % 3),
    verdict: rows.map(() => 'certified'),
  };
}

/** Every unit of a file answered and written. */
export async function writtenUnits(
  path: string,
  format: 'arrow' | 'jsonl',
  options: WriterOptions & ReadOptions = {},
): Promise<Buffer> {
  const kept = new Kept();
  const [input] = await inputsOf([path]);
  const writer = openWriter(format, kept, { ...options, columns: await columnTypes(input, options) });
  for (const unit of await unitsIn([input], { purpose: '' }))
    for await (const batch of readUnit(unit, options)) await writer.write(batch, answersFor(batch));
  await writer.end();
  return kept.bytes;
}

/** A stream read and written with answers. */
export async function passed(
  bytes: Uint8Array,
  options: WriterOptions = {},
  answers: (batch: RowBatch) => AnswerColumns = answersFor,
  size = 1_000,
): Promise<Buffer> {
  const kept = new Kept();
  const writer = openWriter('arrow', kept, options);
  for await (const batch of openReader('arrow', piecesOf(bytes, size)))
    await writer.write(batch, answers(batch));
  await writer.end();
  return kept.bytes;
}
