import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { define, logisticRegression, tfidf, tune } from 'spillway';
import { loadMail } from '../../../datasets/index.js';
import { random } from '../../../lib/stats/index.js';
import { assumedProfile } from '../assumedProfile.js';
import type { Text } from '../pipelines.js';

/** A certified cascade over mails with modes, in folders of its own, and what it answers. */
export interface MailModel {
  /** Of each mode: the promise, its answers to `texts`, and its stages: the exit of what the full model answers. */
  readonly modes: readonly {
    readonly epsilon: number | null;
    readonly labels: readonly string[];
    readonly stages: number;
  }[];
  /** The full model's answers. */
  readonly full: readonly string[];
  /** Mails that no step has seen. */
  readonly texts: readonly string[];
  /** Microseconds of a row by each mode, expected. */
  readonly rowUs: readonly number[];
}

const MODULE = `import { define, tfidf } from 'spillway';
export default define({
  start: tfidf((row) => row.text.slice(0, 60)),
  chars: tfidf((row) => row.text, { analyzer: 'char', ngrams: [2, 7], maxFeatures: 30_000 }),
});
export const inputs = { text: 'BYTES' };
export const row = ({ text }, i) => ({ text: text[i] });
`;

const features = define({
  start: tfidf((row: Text) => row.text.slice(0, 60)),
  chars: tfidf((row: Text) => row.text, { analyzer: 'char', ngrams: [2, 7], maxFeatures: 30_000 }),
});

/** Characters of a mail. */
const LENGTH = 1_500;

const SIZES = {
  whole: { rows: 3_500, unseen: 2_560, epsilon: 0.01, modes: [0.03, 0.06] },
  quick: { rows: 300, unseen: 320, epsilon: 0.1, modes: [0.2, 0.25] },
};

/** For quick runs. */
const ROUGH = assumedProfile({ start: { perRow: 10, entries: 10 }, chars: { perRow: 400, entries: 1_000 } });

/**
 * Tunes a cascade and writes it as `NAME/1` for each name.
 *
 * @param models by name, with what each one's `model.json` has
 */
export async function makeMails(
  directory: string,
  models: Readonly<Record<string, object>>,
  quick: boolean,
): Promise<MailModel> {
  const size = quick ? SIZES.quick : SIZES.whole;
  const { rows, labels } = await loadMail();
  const order = Int32Array.from(rows.keys());
  random(3).shuffle(order);
  const mails = Array.from(order, (i) => ({
    text: `${rows[i].subject} ${rows[i].body}`.slice(0, LENGTH),
    label: labels[i],
  }));
  const seen = mails.slice(0, size.rows);
  const unseen = mails.slice(size.rows, size.rows + size.unseen);
  const cascade = await tune({
    features,
    rows: seen.map(({ text }): Text => ({ text })),
    labels: seen.map(({ label }) => label),
    full: logisticRegression({ l2: 0.1 }),
    approximate: [logisticRegression({ l2: 0.1 })],
    bound: { loss: 'disagreement', epsilon: size.epsilon, delta: 0.05, modes: size.modes },
    repeats: 'copies',
    ...(quick && { profile: ROUGH, budget: 1e9, split: { folds: 2 } }),
    seed: 1,
  });
  const texts = unseen.map(({ text }): Text => ({ text }));
  const modes: MailModel['modes'][number][] = [];
  for (const [m, { epsilon }] of cascade.modes.entries()) {
    const inMode = cascade.inMode(m);
    const { labels } = await inMode.predict(texts);
    modes.push({ epsilon, labels, stages: inMode.plan.stages.length });
  }
  const full = await cascade.full.predict(texts);
  for (const [name, settings] of Object.entries(models)) {
    const at = join(directory, name, '1');
    await mkdir(at, { recursive: true });
    await cascade.save(join(at, 'model.cascade'), { reference: 'rows' });
    await writeFile(join(at, 'features.js'), MODULE);
    await writeFile(join(at, 'model.json'), JSON.stringify(settings));
  }
  return {
    modes,
    full: full.labels,
    texts: texts.map(({ text }) => text),
    rowUs: cascade.modes.map(({ cost }) => cost.row),
  };
}
