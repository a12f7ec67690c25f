import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { column, define, logisticRegression, tfidf, tune } from 'spillway';
import { tableRows } from 'spillway/data';
import { loadMail } from 'spillway/datasets';

/** Writes mails, again and again, into `texts.parquet`, and a cascade over their words and characters: `texts/1`. */

/** Rows of a group, and so of a unit. */
const GROUP = 1_000;

const [folder, count] = process.argv.slice(2);
const { rows: mails, labels } = await loadMail();
let parquet: ParquetWriter | undefined;
for (let from = 0; from < Number(count); from += GROUP) {
  const ids = Int32Array.from({ length: Math.min(GROUP, Number(count) - from) }, (_, i) => from + i);
  const data = Array.from(ids, (id) => mails[id % mails.length].body);
  const columnData: ColumnSource[] = [
    { name: 'id', data: ids, type: 'INT32', nullable: false },
    { name: 'body', data, type: 'STRING', nullable: false },
  ];
  const schema = schemaFromColumnData({ columnData });
  parquet ??= new ParquetWriter({ writer: fileWriter(join(folder, 'texts.parquet')), schema });
  parquet.write({ columnData, rowGroupSize: GROUP });
}
parquet?.finish();

// Spam follows ham: every other one has both.
const isKnown = (_: unknown, i: number) => i % 2 === 0;
const known = mails.filter(isKnown);
const cascade = await tune({
  features: define({
    words: tfidf(column('body'), { maxFeatures: 10_000 }),
    chars: tfidf(column('body'), { analyzer: 'char', ngrams: [2, 4], maxFeatures: 20_000 }),
  }),
  rows: tableRows({ body: known.map(({ body }) => body) }),
  labels: labels.filter(isKnown),
  full: logisticRegression(),
  bound: { loss: 'disagreement', epsilon: 0.02, delta: 0.05 },
  repeats: 'copies',
  seed: 1,
  date: new Date(0),
});
mkdirSync(join(folder, 'texts', '1'), { recursive: true });
await cascade.save(join(folder, 'texts', '1', 'model.cascade'), { reference: 'rows' });
