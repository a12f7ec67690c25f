import { join } from 'node:path';
import test from 'ava';
import { ArtifactError, define, dense, logisticRegression, Ranker, tfidf, tuneTopK } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';
import { lastModel, recallOf } from './world.js';

const KINDS = ['animal', 'food', 'place', 'tool'] as const;
type Kind = (typeof KINDS)[number];

interface Thing {
  readonly kind: Kind;
  readonly text: string;
  readonly hint: number;
}

const WORDS: Readonly<Record<Kind, readonly string[]>> = {
  animal: ['fur', 'legs', 'wild', 'tail', 'eats'],
  food: ['sweet', 'dish', 'baked', 'eats', 'leaf'],
  place: ['north', 'river', 'town', 'wild', 'road'],
  tool: ['steel', 'handle', 'cuts', 'used', 'road'],
};

function things(count: number, seed: number): Thing[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => {
    const kind = KINDS[draw.integer(KINDS.length)];
    const words = Array.from({ length: 6 }, () => {
      const from = WORDS[draw.uniform() < 0.7 ? kind : KINDS[draw.integer(KINDS.length)]];
      return from[draw.integer(from.length)];
    });
    return { kind, text: words.join(' '), hint: KINDS.indexOf(kind) + draw.normal() };
  });
}

const features = define({
  words: tfidf((row: Thing) => row.text),
  hint: dense(4, (rows: readonly Thing[]) =>
    Float32Array.from(rows.flatMap(({ hint }) => KINDS.map((_, k) => Math.exp(-((hint - k) ** 2))))),
  ),
});
const learner = logisticRegression();
/** Comparing classes is dear, their margins are not. */
const base = profileOf({ words: 1, hint: 200 }, [learner.name]);
const profile = { ...base, models: { [learner.name]: { fixed: 0, perRow: 40, perEntry: 0 } } };
const rows = things(800, 1);
const ranker = await tuneTopK({
  features,
  rows,
  labels: rows.map(({ kind }) => kind),
  full: learner,
  queries: { pool: things(3_000, 2), size: [300, 500], count: 240 },
  k: 10,
  rankClass: ['animal', 'food'],
  bound: { recall: 0.9 },
  profile,
  seed: 1,
});
const fresh = things(400, 3);

test('of several classes a stage may ask for the margin of one', async (t) => {
  t.is(ranker.certificate.verdict, 'certified');
  const [{ stages }] = ranker.plan.bands;
  t.is(stages[0].output, 'margin');
  t.regex(ranker.summary(), /margins\)/);
  t.true(ranker.tried.some(({ output }) => output === 'scores'));
  for (const rankClass of ['animal', 'food'] as const) {
    const { indices, verdict, reached } = await ranker.query(fresh, 10, { rankClass });
    t.is(verdict, 'certified');
    t.true(reached[reached.length - 1] < 0.6);
    t.true(recallOf(indices, (await ranker.full.query(fresh, 10, { rankClass })).indices) >= 0.7);
  }
});

test('the promise is about the classes that queries were given of', async (t) => {
  t.deepEqual(ranker.certificate.bands[0].promise.rankClass, ['animal', 'food']);
  const { verdict, promise, warning } = await ranker.query(fresh, 10, { rankClass: 'tool' });
  t.is(verdict, 'outside');
  t.is(promise, null);
  t.regex(warning?.message ?? '', /by "tool" were requested.* by "animal" or "food"/);
  t.is((await ranker.full.query(fresh, 10, { rankClass: 'tool' })).verdict, 'exact');
});

test('a ranker that asks for margins comes back from its file', async (t) => {
  const path = join(await folderFor(t), 'things.ranker');
  await ranker.save(path);
  const loaded = await Ranker.load<Thing, Kind, 'words' | 'hint'>(path, { features });
  for (const rankClass of ['animal', 'food'] as const) {
    const [ours, theirs] = [
      await ranker.query(fresh, 10, { rankClass }),
      await loaded.query(fresh, 10, { rankClass }),
    ];
    t.deepEqual(theirs.indices, ours.indices);
    t.deepEqual(theirs.reached, ours.reached);
  }
});

test('a file whose learner gives no margins any more is refused', async (t) => {
  const path = join(await folderFor(t), 'things.ranker');
  await ranker.save(path);
  const plain = { ...learner, load: () => ({ ...lastModel, classes: 4 }) };
  await t.throwsAsync(Ranker.load(path, { features, learners: [plain] }), {
    instanceOf: ArtifactError,
    message: /stage 0 needs the margin of one class from '.*', which has no margins now/,
  });
});
