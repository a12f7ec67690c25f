import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TextRow, textWorld } from '../../../datasets/index.js';
import { Cascade, define, type FeatureSet, logisticRegression, tfidf, tune } from '../../../index.js';
import { FREE, type Profile } from '../../../lib/costs/index.js';
import type { Scenario } from './scenario.js';

/** A loaded cascade whose features aren't those that were certified. */

const EPSILON = 0.08;
const SHOWN = 600;

type Features = FeatureSet<TextRow, 'title' | 'body'>;

const title = tfidf((row: TextRow) => row.title);
const body = tfidf((row: TextRow) => row.body, { maxFeatures: 200 });
const features: Features = define({ title, body });

/** The same names, kinds and widths: another option, and other code. */
const otherOption: Features = define({
  title: tfidf((row: TextRow) => row.title, { norm: 'none', sublinear: true }),
  body,
});
const otherCode: Features = define({
  title: tfidf((row: TextRow) => row.title.split(' ').slice(0, 1).join(' ')),
  body,
});

const PROFILE: Profile<'title' | 'body'> = {
  features: {
    title: { cost: { ...FREE, perRow: 1 }, entries: 10, reads: [] },
    body: { cost: { ...FREE, perRow: 500 }, entries: 10, reads: [] },
  },
  transforms: {},
  models: { 'logistic-regression': { fixed: 0, perRow: 0.01, perEntry: 0.0001 } },
  full: { ...FREE, perRow: 0.02 },
};

interface Loaded {
  readonly verdict: string;
  /** Whether more answers differ from those of the certified full model than epsilon allows. */
  readonly differs: boolean;
}

async function loadedWith(seed: number, changed: Features, isShown: boolean): Promise<Loaded> {
  const world = textWorld({ rows: 600, seed: 2 * seed, classes: 2, bodyWords: 12, easy: 0.7 });
  const cascade = await tune({
    features,
    rows: world.rows,
    labels: world.labels,
    full: logisticRegression({ l2: 0.1 }),
    profile: PROFILE,
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: EPSILON, delta: 0.05 },
    seed,
  });
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  try {
    const path = join(folder, 'a.cascade');
    await cascade.save(path);
    const rows = isShown ? { rows: world.rows } : {};
    const loaded = await Cascade.load<TextRow, string>(await readFile(path), { features: changed, ...rows });
    const fresh = textWorld({
      rows: SHOWN,
      seed: 2 * seed + 1,
      classes: 2,
      bodyWords: 12,
      easy: 0.7,
    }).rows;
    const [answers, full] = [await loaded.predict(fresh), await cascade.full.predict(fresh)];
    const differing = answers.labels.filter((label, row) => label !== full.labels[row]).length;
    const differs = cascade.certificate.verdict === 'certified' && differing > EPSILON * SHOWN;
    return { verdict: answers.verdict, differs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function scenario(name: string, fault: string, changed: Features, isShown: boolean): Scenario {
  return {
    name,
    fault,
    delta: 0.05,
    trials: 30,
    quickTrials: 4,
    async trial(seed) {
      const { verdict, differs } = await loadedWith(seed, changed, isShown);
      // Without a promise nothing can be broken. The mistake is to answer `certified` all the same.
      return { broken: verdict === 'certified' && differs, faultBroken: differs };
    },
  };
}

/** Loaded with another option of a built-in feature: it is stated in the file, and voids the certificate. */
export const changedOptions = scenario(
  'an artifact loaded under other options of a feature',
  'options of built-in features that the file says nothing of',
  otherOption,
  false,
);

/** Loaded with other code under one name, and with rows: values of reference rows tell, and void the certificate. */
export const changedCode = scenario(
  "an artifact loaded under a feature's changed code",
  'features that are compared by name, kind and width alone',
  otherCode,
  true,
);
