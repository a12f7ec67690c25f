import { define, type FeatureSet, gradientBoosting, logisticRegression, pixels, tfidf } from 'spillway';
import { type Digit, type Gloss, type GlossCategory, loadDigits, type Mail } from 'spillway/datasets';
import { features as mailFeatures } from '../../examples/mail/pipeline.js';
import type { Variant } from '../fidelities/compare.js';
import { type Corpus, type LongText, splitCorpus, textFeatures } from '../fidelities/corpora.js';
import { withoutLede } from '../fidelities/mail.js';
import { loadManuals } from '../fidelities/manuals.js';
import { loadSources } from '../fidelities/sources.js';
import { L2, type MailLabel, splitMail } from '../mail/data.js';
import { glossesOfEight } from '../sentences/data.js';
import { openEncoders } from '../sentences/encoders.js';
import { GLOSS, plainFeatures, sentenceFeatures } from '../sentences/pipelines.js';
import { glossFeatures, splitGlosses } from '../tuning/expected-data.js';
import { airports } from './airports.js';
import { delays } from './delays.js';
import { flights } from './flights.js';
import { cut, DEFAULT, drawn, type Problem } from './problem.js';
import { senses } from './senses.js';

const disagreement = (epsilon: number) => ({ loss: 'disagreement', epsilon, delta: 0.05 }) as const;
const accuracy = (epsilon: number) => ({ loss: 'accuracy', epsilon, delta: 0.05 }) as const;

/** Beginnings of texts as features of their own, by hand. */
function withBeginnings<Row>(
  features: FeatureSet<Row, string>,
  textOf: (row: Row) => string,
  lengths: readonly number[],
): FeatureSet<Row, string> {
  return define<Row, string>({
    ...Object.fromEntries(
      lengths.map((length) => [
        `first${length}`,
        tfidf((row: Row) => textOf(row).slice(0, length), { maxFeatures: 3_000, sublinear: true }),
      ]),
    ),
    ...Object.fromEntries(features.names.map((name) => [name, features.get(name)])),
  });
}

/** Of fewer, too few are left to certify 1 % of, where `tune` isn't told what equal mails are. */
const MAILS = { quick: 0.5, usual: 1, full: 1 };

const mail: Problem = async (seed, size, use) => {
  const bound = disagreement(0.01);
  const byHand = {
    full: logisticRegression({ l2: L2 }),
    bound,
    repeats: 'copies',
    fidelities: false,
  } as const;
  const variants: Variant<Mail, MailLabel>[] = [
    { name: 'lede of 400 characters, l2', features: mailFeatures, options: byHand },
    {
      name: '200 and 1,000 characters, l2',
      features: withBeginnings(withoutLede, ({ body }) => body, [200, 1_000]),
      options: byHand,
    },
    { name: DEFAULT, features: withoutLede, options: { full: logisticRegression(), bound } },
  ];
  const { known, unseen } = (await splitMail(size === 'quick'))(seed);
  const share = ({ rows, labels }: typeof known) => {
    const most = Math.round(MAILS[size] * rows.length);
    return { rows: rows.slice(0, most), labels: labels.slice(0, most) };
  };
  return use(variants, { known: share(known), unseen: share(unseen) });
};

/** The category of the most general words: one gloss in two thousand. */
const RARE: GlossCategory = 'Tops';
const GLOSSES = { quick: 1_000, usual: 4_000, full: 8_000 };

const glosses: Problem = async (seed, size, use) => {
  const bound = accuracy({ quick: 0.1, usual: 0.05, full: 0.03 }[size]);
  const known = GLOSSES[size];
  const { rows, labels } = await splitGlosses(seed, { known: 2 * known, unseen: 0 });
  // A class of a handful can't be fitted on one part of them and tested on another.
  const often = [...rows.keys()].filter((row) => labels[row] !== RARE);
  const byHand = { full: logisticRegression({ tolerance: 1e-4 }), bound, fidelities: false } as const;
  const variants: Variant<Gloss, GlossCategory>[] = [
    { name: 'tolerance, effort', features: glossFeatures, options: { ...byHand, effort: 'thorough' } },
    {
      name: 'the first 30 characters, tolerance',
      features: withBeginnings<Gloss>(glossFeatures, ({ gloss }) => gloss, [30]),
      options: byHand,
    },
    { name: DEFAULT, features: glossFeatures, options: { full: logisticRegression(), bound } },
  ];
  return use(
    variants,
    cut(
      often.map((row) => rows[row]),
      often.map((row) => labels[row]),
      known,
    ),
  );
};

/** @throws Error without MiniLM: the workload looks for it first */
const sentences: Problem = async (seed, size, use) => {
  const encoders = await openEncoders();
  if (typeof encoders === 'string') throw new Error(encoders);
  const data = await glossesOfEight(seed, size === 'full' ? 'usual' : 'quick');
  const options = { full: logisticRegression(), bound: disagreement(size === 'full' ? 0.02 : 0.1) };
  const byHand = { ...options, repeats: true, fidelities: false } as const;
  const variants: Variant<Gloss, string>[] = [
    ...[32, 16].map((glance) => ({
      name: `two layers of ${glance} tokens`,
      features: sentenceFeatures({ ...GLOSS, glance }, encoders).features,
      options: byHand,
    })),
    { name: DEFAULT, features: plainFeatures(GLOSS, encoders).features, options },
  ];
  return use(variants, data);
};

const SIDE = 28;
const DIGITS = { quick: 400, usual: 2_000, full: 4_000 };

const sized = (side: number) =>
  pixels(({ pixels: data }: Digit) => ({ data, width: SIDE, height: SIDE }), { width: side, height: side });

const digits: Problem = async (seed, size, use) => {
  const { train } = await loadDigits();
  const known = DIGITS[size];
  const options = {
    full: gradientBoosting({ rounds: 50 }),
    bound: accuracy(size === 'quick' ? 0.1 : 0.02),
  };
  const coarse = define<Digit, string>({ tiny: sized(7), half: sized(14), whole: sized(SIDE) });
  const byHand = { ...options, repeats: true, fidelities: false } as const;
  return use(
    [
      { name: 'coarse images', features: coarse, options: byHand },
      {
        name: 'coarse images, logistic regression too',
        features: coarse,
        options: { ...byHand, approximate: [options.full, logisticRegression()] },
      },
      { name: DEFAULT, features: define<Digit, string>({ whole: sized(SIDE) }), options },
    ],
    drawn(train, { seed, name: 'digits', known, unseen: known }),
  );
};

const TEXTS = { quick: 800, usual: 1_500, full: Number.POSITIVE_INFINITY };

const corpus =
  (load: () => Corpus): Problem =>
  (seed, size, use) => {
    const options = { full: logisticRegression(), bound: disagreement(0.01) };
    const byHand = { ...options, repeats: 'copies', fidelities: false } as const;
    const beginnings = (lengths: readonly number[]) =>
      withBeginnings(textFeatures, ({ text }: LongText) => text, lengths);
    return use(
      [
        { name: 'the first 1,200 characters', features: beginnings([1_200]), options: byHand },
        {
          name: '300 and 2,500 characters, l2',
          features: beginnings([300, 2_500]),
          options: { ...byHand, full: logisticRegression({ l2: L2 }) },
        },
        { name: DEFAULT, features: textFeatures, options },
      ],
      splitCorpus(load(), seed, TEXTS[size]),
    );
  };

/**
 * By name. Options by hand are those of the bench that the data are of; of the last three they were written down
 * before anything was tuned on them.
 */
export const PROBLEMS = {
  mail,
  glosses,
  sentences,
  digits,
  flights,
  sources: corpus(loadSources),
  manuals: corpus(loadManuals),
  senses,
  delays,
  airports,
} satisfies Record<string, Problem>;
