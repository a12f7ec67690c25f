import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cascade } from 'spillway';
import { tableRows } from 'spillway/data';
import { openParquet } from '../../../lib/data/tables/index.js';
import { flightsFeatures } from '../flightsModel.js';

/** A plain loop over the row groups of a Parquet file: each is read, answered and written before the next. */

const [model, file, folder] = process.argv.slice(2);
const cascade = await Cascade.load(model, { features: flightsFeatures });
const { groups, read } = await openParquet(file);
for (const { index } of groups) {
  const columns = await read(index);
  const { labels, exits, degraded, verdict } = await cascade.predict(tableRows(columns));
  const lines = labels.map((label, i) => {
    const answer = { label, stage: exits[i], verdict: degraded[i] === 1 ? 'degraded' : verdict };
    return `${JSON.stringify({ id: columns.id[i], ...answer })}\n`;
  });
  writeFileSync(join(folder, `${index}.jsonl`), lines.join(''), { flush: true });
}
