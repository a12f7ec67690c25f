import { define, gradientBoosting, logisticRegression, pixels, tfidf } from 'spillway';
import { type Digit, type Gloss, type GlossCategory, loadDigits, type Mail } from 'spillway/datasets';
import { features as mailFeatures } from '../../examples/mail/pipeline.js';
import { random } from '../../lib/stats/index.js';
import { compareVariants, type Split, type Variant, type VariantFigures } from '../fidelities/compare.js';
import { type Corpus, type LongText, splitCorpus, textFeatures } from '../fidelities/corpora.js';
import { withoutLede } from '../fidelities/mail.js';
import { loadManuals } from '../fidelities/manuals.js';
import { loadSources } from '../fidelities/sources.js';
import { L2, type MailLabel, splitMail } from '../mail/data.js';
import { glossesOfEight } from '../sentences/data.js';
import { openEncoders } from '../sentences/encoders.js';
import { GLOSS, plainFeatures, sentenceFeatures } from '../sentences/pipelines.js';
import { glossFeatures, splitGlosses } from '../tuning/expected-data.js';

/** What the best options by hand reach on a data set, and what `tune` reaches without any. The last is the default. */
type Problem = (seed: number, quick: boolean, log: (text: string) => void) => Promise<VariantFigures[]>;

const disagreement = (epsilon: number) => ({ loss: 'disagreement', epsilon, delta: 0.05 }) as const;
const accuracy = (epsilon: number) => ({ loss: 'accuracy', epsilon, delta: 0.05 }) as const;
const DEFAULT = 'by default';

async function mail(seed: number, quick: boolean, log: (text: string) => void) {
  const bound = disagreement(0.01);
  const variants: Variant<Mail, MailLabel>[] = [
    {
      name: 'lede, l2',
      features: mailFeatures,
      options: { full: logisticRegression({ l2: L2 }), bound, repeats: 'copies', fidelities: false },
    },
    { name: DEFAULT, features: withoutLede, options: { full: logisticRegression(), bound } },
  ];
  return compareVariants(variants, (await splitMail(quick))(seed), seed, log);
}

async function glosses(seed: number, quick: boolean, log: (text: string) => void) {
  const bound = accuracy(quick ? 0.1 : 0.03);
  const sizes = quick ? { known: 2_000, unseen: 2_000 } : { known: 8_000, unseen: 8_000 };
  const all = await splitGlosses(seed, { known: sizes.known + sizes.unseen, unseen: 0 });
  const variants: Variant<Gloss, GlossCategory>[] = [
    {
      name: 'tolerance, effort',
      features: glossFeatures,
      options: {
        full: logisticRegression({ tolerance: 1e-4 }),
        bound,
        effort: 'thorough',
        fidelities: false,
      },
    },
    { name: DEFAULT, features: glossFeatures, options: { full: logisticRegression(), bound } },
  ];
  return compareVariants(variants, cut(all.rows, all.labels, sizes.known), seed, log);
}

/** @throws Error without MiniLM: the workload looks for it first */
async function sentences(seed: number, quick: boolean, log: (text: string) => void) {
  const encoders = await openEncoders();
  if (typeof encoders === 'string') throw new Error(encoders);
  const data = await glossesOfEight(seed, quick ? 'quick' : 'usual');
  const options = { full: logisticRegression(), bound: disagreement(quick ? 0.1 : 0.02) };
  const variants: Variant<Gloss, string>[] = [
    {
      name: 'two layers of 32 tokens',
      features: sentenceFeatures(GLOSS, encoders).features,
      options: { ...options, repeats: true, fidelities: false },
    },
    { name: DEFAULT, features: plainFeatures(GLOSS, encoders).features, options },
  ];
  return compareVariants(variants, data, seed, log);
}

const SIDE = 28;
const DIGITS = { known: 4_000, unseen: 4_000 };

const sized = (side: number) =>
  pixels(({ pixels: data }: Digit) => ({ data, width: SIDE, height: SIDE }), { width: side, height: side });

async function digits(seed: number, quick: boolean, log: (text: string) => void) {
  const { train } = await loadDigits();
  const order = Int32Array.from(train.rows.keys());
  random(seed).fork('bench defaults digits').shuffle(order);
  const known = quick ? 400 : DIGITS.known;
  const some = order.subarray(0, known + DIGITS.unseen);
  const options = {
    full: gradientBoosting({ rounds: 50 }),
    bound: accuracy(quick ? 0.1 : 0.02),
  };
  return compareVariants(
    [
      {
        name: 'coarse images',
        features: define<Digit, string>({ tiny: sized(7), half: sized(14), whole: sized(SIDE) }),
        options: { ...options, repeats: true, fidelities: false },
      },
      { name: DEFAULT, features: define<Digit, string>({ whole: sized(SIDE) }), options },
    ],
    cut(
      Array.from(some, (row) => train.rows[row]),
      Array.from(some, (row) => train.labels[row]),
      known,
    ),
    seed,
    log,
  );
}

/** The first characters of a text as a feature of their own, by hand. */
const withBeginning = define<LongText, string>({
  beginning: tfidf(({ text }) => text.slice(0, 1_200), { maxFeatures: 3_000, sublinear: true }),
  ...Object.fromEntries(textFeatures.names.map((name) => [name, textFeatures.get(name)])),
});

const corpus =
  (load: () => Corpus): Problem =>
  (seed, quick, log) => {
    const options = { full: logisticRegression(), bound: disagreement(0.01) };
    return compareVariants(
      [
        {
          name: 'the first 1,200 characters',
          features: withBeginning,
          options: { ...options, repeats: 'copies', fidelities: false },
        },
        { name: DEFAULT, features: textFeatures, options },
      ],
      splitCorpus(load(), seed, quick),
      seed,
      log,
    );
  };

function cut<Row, L>(rows: readonly Row[], labels: readonly L[], known: number): Split<Row, L> {
  return {
    known: { rows: rows.slice(0, known), labels: labels.slice(0, known) },
    unseen: { rows: rows.slice(known), labels: labels.slice(known) },
  };
}

/** By name. Options by hand are those of the bench that the data are of. */
export const PROBLEMS = {
  mail,
  glosses,
  sentences,
  digits,
  sources: corpus(loadSources),
  manuals: corpus(loadManuals),
} satisfies Record<string, Problem>;
