import { Cascade } from 'spillway/runtime';
import type { TextRow } from '../../datasets/index.js';
import { servedTexts } from './servedTexts.js';

/** What a page runs: it fetches a cascade, and answers rows. */
export async function serve(rows: readonly TextRow[], cascade: string) {
  const served = await Cascade.load(await (await fetch(cascade)).arrayBuffer(), { features: servedTexts });
  const { labels, scores, exits } = await served.predict(rows);
  const { label } = await served.predictOne(rows[0]);
  const refused = await Cascade.load(new ArrayBuffer(100), { features: servedTexts }).catch(
    (error: Error) => error.name,
  );
  return { labels, scores: [...scores], exits: [...exits], label, refused };
}
