import type { ReportData, ReportSubset } from '../../../lib/report/index.js';

const subset = (
  features: readonly string[],
  cost: number,
  agreement: number,
  chosen = false,
): ReportSubset => ({ features, learner: 'logistic regression', target: 'labels', cost, agreement, chosen });

/** A tuning of mail as `tune` might report it: five features, three stages before the full model. */
export const sample: ReportData = {
  title: 'Spam or ham: 6,046 mails',
  verdict: 'certified',
  promise:
    'With 95 % confidence the cascade answers otherwise than the full model on at most 1 % of mails drawn like the certification rows.',
  notes: [
    'The budget cut the subset search from 31 subsets to 16.',
    'Costs were measured on batches of 1,024 rows.',
  ],
  unit: 'µs',
  features: [
    { name: 'signals', cost: 6.04, costSpread: 0.031, importance: { mean: 0.0061, spread: 0.0012 } },
    { name: 'subject', cost: 0.9, costSpread: 0.052, importance: { mean: 0.0104, spread: 0.0019 } },
    { name: 'lede', cost: 5.02, costSpread: 0.027, importance: { mean: 0.0172, spread: 0.0024 } },
    { name: 'words', cost: 34.3, costSpread: 0.018, importance: { mean: 0.0031, spread: 0.0016 } },
    { name: 'chars', cost: 430, costSpread: 0.012, importance: { mean: 0.0587, spread: 0.0041 } },
  ],
  subsets: [
    subset(['subject'], 1.3, 0.871),
    subset(['signals'], 6.2, 0.842),
    subset(['lede'], 5.6, 0.938, true),
    subset(['subject', 'lede'], 6.5, 0.951),
    subset(['signals', 'subject'], 7.6, 0.922),
    subset(['signals', 'lede'], 11.7, 0.948),
    subset(['signals', 'subject', 'lede'], 12.8, 0.969, true),
    subset(['words'], 36.4, 0.967),
    subset(['subject', 'words'], 37.2, 0.975),
    subset(['lede', 'words'], 41.6, 0.979),
    subset(['signals', 'words'], 42.3, 0.974),
    subset(['signals', 'subject', 'lede', 'words'], 48.5, 0.986, true),
    subset(['chars'], 441, 0.991),
    subset(['lede', 'chars'], 446, 0.993),
    subset(['subject', 'chars'], 442, 0.994),
    subset(['words', 'chars'], 476, 0.998),
  ],
  stages: [
    {
      name: 'lede',
      features: ['lede'],
      learner: 'logistic regression',
      target: 'labels',
      thresholds: [
        { label: 'ham', threshold: 0.9134 },
        { label: 'spam', threshold: 0.9871 },
      ],
      reach: 1,
      exits: 0.76,
      cost: 5.63,
    },
    {
      name: 'signals+subject+lede',
      features: ['signals', 'subject', 'lede'],
      learner: 'logistic regression',
      target: 'full model',
      thresholds: [
        { label: 'ham', threshold: 0.9012 },
        { label: 'spam', threshold: 0.9655 },
      ],
      reach: 0.24,
      exits: 0.15,
      cost: 7.21,
    },
    {
      name: '+words',
      features: ['signals', 'subject', 'lede', 'words'],
      learner: 'logistic regression',
      target: 'full model',
      thresholds: [
        { label: 'ham', threshold: 0.8427 },
        { label: 'spam', threshold: null },
      ],
      reach: 0.09,
      exits: 0.079,
      cost: 36.1,
    },
    {
      name: 'full',
      features: ['signals', 'subject', 'lede', 'words', 'chars'],
      learner: 'logistic regression',
      target: 'labels',
      thresholds: [],
      reach: 0.011,
      exits: 0.011,
      cost: 433,
    },
  ],
  expected: { cost: 15.4, fullCost: 481, speedup: 31.3, speedupRange: { least: 24.2, most: 39.5 } },
  certificate: {
    loss: 'disagreement',
    epsilon: 0.01,
    delta: 0.05,
    method: 'exact binomial, fixed-sequence testing',
    n: 1537,
    observed: '8 of 1,537 rows answered otherwise',
    rowsNeeded: null,
  },
  frontier: [
    { epsilon: 0.0025, cost: 121, speedup: 3.98, chosen: false },
    { epsilon: 0.004, cost: 46, speedup: 10.5, chosen: false },
    { epsilon: 0.006, cost: 27.3, speedup: 17.6, chosen: false },
    { epsilon: 0.008, cost: 19.5, speedup: 24.7, chosen: false },
    { epsilon: 0.01, cost: 15.4, speedup: 31.3, chosen: true },
    { epsilon: 0.015, cost: 12.1, speedup: 39.8, chosen: false },
    { epsilon: 0.02, cost: 10.2, speedup: 47.2, chosen: false },
    { epsilon: 0.03, cost: 8.4, speedup: 57.3, chosen: false },
    { epsilon: 0.05, cost: 7.1, speedup: 67.7, chosen: false },
  ],
  measured: {
    rows: 1814,
    full: { rowsPerSecond: 2076, accuracy: 0.9884, disagreement: 0 },
    cascade: { rowsPerSecond: 62410, accuracy: 0.9856, disagreement: 0.00606 },
    speedup: 30.1,
    predictedSpeedup: 31.3,
  },
};

const { measured: _, ...unmeasured } = sample;

/** What is left when nothing is certified, measured or valued. */
export const bare: ReportData = {
  ...unmeasured,
  verdict: 'full-model-only',
  promise: 'Nothing is promised: 120 certification rows are too few for 1 % at 95 % confidence.',
  notes: [],
  features: sample.features.map(({ name, cost, costSpread }) => ({ name, cost, costSpread })),
  subsets: [],
  stages: [],
  frontier: [],
  expected: { cost: 481, fullCost: 481, speedup: 1 },
  certificate: { ...sample.certificate, n: 120, observed: 'nothing tested', rowsNeeded: 299 },
};

/** The same with all that only some reports have: other epsilons, exit scores, where the cost goes, hard rows. */
export const rich: ReportData = {
  ...sample,
  choices: sample.frontier.map(({ epsilon, cost, speedup }, i) => ({
    epsilon,
    verdict: 'certified',
    promise: `With 95 % confidence at most ${epsilon * 100} % of answers differ, by the band.`,
    stages: sample.stages.map((stage, s) =>
      s === 0 ? { ...stage, exits: 0.5 + 0.05 * i } : { ...stage, reach: stage.reach * (1 - 0.05 * i) },
    ),
    expected: { cost, fullCost: 481, speedup },
    certificate: {
      ...sample.certificate,
      epsilon,
      method: 'simultaneous band over the path',
      observed: `${i} of 1,537 answers changed`,
    },
  })),
  reliability: ['1: lede', '2: signals, subject, lede'].map((stage) => ({
    stage,
    score: 'probability',
    bins: Array.from({ length: 10 }, (_, i) => ({
      rows: 400,
      confidence: 0.525 + 0.05 * i,
      agreement: 0.5 + 0.055 * i,
    })),
  })),
  spending: [
    { name: 'lede', shares: [0.3, 0, 0, 0] },
    { name: 'models', shares: [0.05, 0.05, 0.02, 0.01] },
    { name: 'chars', shares: [0, 0, 0, 0.57] },
  ],
  hardest: [
    {
      row: 17,
      view: 'Lunch?\n<script>alert(1)</script>',
      stage: 'stage 1',
      answer: 'ham',
      full: 'spam',
      truth: 'spam',
    },
    {
      row: 23,
      view: {
        picture:
          'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        alt: 'a digit that looks like a 4 or a 9',
      },
      stage: 'full model',
      answer: '4',
      full: '4',
    },
  ],
};
