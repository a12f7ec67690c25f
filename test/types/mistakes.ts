/** Mistakes that the compiler finds, each where it was made. Never run: `tsc` is the test. */

import type { RecallLoss } from '../../entries/types.js';
import {
  define,
  type Loss,
  logisticRegression,
  measure,
  precision,
  profile,
  recall,
  ridgeRegression,
  tfidf,
  tune,
  tuneTopK,
} from '../../index.js';

interface Mail {
  readonly subject: string;
  readonly size: number;
}

type Kind = 'good' | 'bad';

const rows: readonly Mail[] = [];
const labels: readonly Kind[] = [];
const features = define({ age: tfidf((mail: Mail) => mail.subject) });
const full = logisticRegression();

// A misspelt option is named, and not what comes first beside it.
export const misspelt = () => [
  tune({
    features,
    rows,
    labels,
    full,
    // @ts-expect-error 'bounds': did you mean to write 'bound'?
    bounds: { epsilon: 0.01 },
  }),
  tune({
    features,
    rows,
    labels,
    // @ts-expect-error 'ful'
    ful: full,
    bound: { epsilon: 0.01 },
  }),
  tune({
    // @ts-expect-error 'feature'
    feature: features,
    rows,
    labels,
    full,
    bound: { epsilon: 0.01 },
  }),
  tune({
    features,
    rows,
    labels,
    full,
    bound: { epsilon: 0.01 },
    // @ts-expect-error 'sead'
    sead: 1,
  }),
  tuneTopK({
    features,
    rows,
    labels,
    full,
    // @ts-expect-error 'query'
    query: [rows, rows],
    bound: { recall: 0.9 },
  }),
  profile({
    features,
    // @ts-expect-error 'row'
    row: rows,
    labels,
  }),
];

// What is right has the types that it had.
export const right = async () => {
  const classes = await tune({
    features,
    rows,
    labels,
    full,
    bound: {
      loss: { name: 'own', loss: (answer, whole) => Number(answer === 'bad' && whole === 'good') },
      epsilon: 0.01,
    },
  });
  const kinds: Kind[] = (await classes.predict([])).labels;
  const numbers = await tune({
    features,
    rows,
    labels: [1, 2],
    full: ridgeRegression(),
    bound: { epsilon: 0.01 },
  });
  const found: number[] = (await numbers.predict([])).labels;
  return { kinds, found };
};

// Names of features, and labels, are types.
features.get('age');
// @ts-expect-error no feature is named so
features.get('agee');
export const some: Loss<Kind> = recall('good');
// @ts-expect-error no label is 'gud'
export const none: Loss<Kind> = recall('gud');
export const bounds = () => [
  tune({ features, rows, labels, full, bound: { loss: recall('good'), epsilon: 0.01 } }),
  tune({
    features,
    rows,
    labels,
    full,
    // @ts-expect-error no label is 'gud'
    bound: { loss: recall('gud'), epsilon: 0.01 },
  }),
  tune({
    features,
    rows,
    labels,
    full,
    bound: {
      all: [
        { loss: recall('bad'), epsilon: 0.01 },
        // @ts-expect-error no label is 'spam'
        { loss: precision('spam'), epsilon: 0.01 },
      ],
    },
  }),
];
// Labels that are any text, or numbers, may be any of them.
export const any = (texts: readonly string[], numbers: readonly number[]) => [
  tune({ features, rows, labels: texts, full, bound: { loss: recall('good'), epsilon: 0.01 } }),
  tune({ features, rows, labels: numbers, full, bound: { loss: precision(3), epsilon: 0.01 } }),
  tune({ features, rows, labels: [true, false], full, bound: { loss: recall(true), epsilon: 0.01 } }),
];
export const kept: RecallLoss<'good'> = recall('good');
// Measured are rows of the cascade's kind, and labels that are its classes.
export const measured = async () => {
  const cascade = await tune({ features, rows, labels, full, bound: { epsilon: 0.01 } });
  return [
    measure(cascade, rows),
    measure(cascade, rows, labels),
    // @ts-expect-error no label is 'gud'
    measure(cascade, rows, ['gud']),
    // @ts-expect-error labels in place of rows
    measure(cascade, labels),
    // @ts-expect-error rows in place of the cascade
    measure(rows, labels),
  ];
};
