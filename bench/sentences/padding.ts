import { embedding, tokens } from 'spillway';
import type { Gloss } from 'spillway/datasets';
import { RowView } from 'spillway/extend';
import type { Encoders } from './encoders.js';
import { GLOSS } from './pipelines.js';

/** Tokens that an encoder computes, padding included. */
export interface Padding {
  readonly texts: number;
  readonly tokens: number;
  /** In batches of 64 as the rows come, over batches by length. */
  readonly sorted: number;
  readonly asTheyCome: number;
  readonly ratio: number;
}

const BATCH = 64;
const ONE = new Float32Array(1);

/** Glosses whole, as they come and sorted by length. Only their tokens are counted: nothing is encoded. */
export async function paddingOfGlosses(rows: readonly Gloss[], { whole }: Encoders): Promise<Padding> {
  const ids = tokens(whole, { text: GLOSS.text });
  const feature = embedding((batch) => batch.map(() => ONE), {
    tokens: ids,
    dimensions: 1,
    batch: BATCH,
    cache: false,
  });
  const view = RowView.of(rows);
  await (await feature.fit(view)).compute(view);
  const lengths = ids.read(view).map(({ length }) => length);
  let asTheyCome = 0;
  for (let from = 0; from < lengths.length; from += BATCH) {
    const batch = lengths.slice(from, from + BATCH);
    asTheyCome += batch.length * Math.max(...batch);
  }
  const { padded: sorted, tokens: counted, texts } = feature.counts;
  return { texts, tokens: counted, sorted, asTheyCome, ratio: asTheyCome / sorted };
}
