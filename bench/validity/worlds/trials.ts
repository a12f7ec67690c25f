import type { BoundSpec, Limit } from '../certify.js';
import { agreement, agreementCells } from './agreement.js';
import { CLASSES, cellsAt, even, ladder, single } from './cells.js';
import { ofClass } from './sharp.js';
import { heavyTails } from './tails.js';
import type { Cell, Kind, World } from './world.js';

/** Worlds of every shape that a bound may stumble over. In each the promise must hold; trials count how often it does. */

interface Shape extends Limit {
  readonly name: string;
  readonly n: number;
  readonly path: readonly (readonly number[])[];
  readonly cells: readonly Cell[];
  readonly classes?: number;
}

function shape({ name, n, path, cells, classes = CLASSES, ...limit }: Shape): World {
  const question: BoundSpec = { all: [limit], delta: 0.05 };
  return { name, question, n, classes, path, kinds: single(cells), grouped: false };
}

const easyAndHard: World[] = [
  agreement({
    name: 'easy: no plan is too aggressive',
    loss: 'disagreement',
    n: 1_000,
    epsilon: 0.02,
    plans: 60,
    doubt: 0.02,
  }),
  agreement({
    name: 'hard: scores say nothing',
    loss: 'disagreement',
    n: 1_000,
    epsilon: 0.05,
    plans: 100,
    sharpness: 0,
  }),
  agreement({
    name: 'hard, for accuracy: the full model is often wrong',
    loss: 'accuracy',
    n: 600,
    epsilon: 0.03,
    plans: 60,
    accuracy: 0.7,
  }),
];

const degenerate: World[] = [
  shape({
    name: 'ties everywhere: fifty plans, three scores',
    loss: 'disagreement',
    n: 500,
    epsilon: 0.03,
    path: ladder(50),
    cells: [
      ...cellsAt(0.2, 0.4),
      ...cellsAt(0.5, 0.3, { worse: 0.0301 }),
      ...cellsAt(0.8, 0.3, { worse: 0.1 }),
    ],
  }),
  shape({
    name: 'zero variance: plans err never or always',
    loss: 'harm',
    n: 200,
    epsilon: 0.05,
    path: ladder(20),
    cells: [...cellsAt(0.29, 0.6), ...cellsAt(0.69, 0.4, { worse: 0.4 })],
  }),
  shape({
    name: 'heavy imbalance: a stage that never says the rare class',
    loss: 'harm',
    n: 2_000,
    epsilon: 0.005,
    path: ladder(40),
    cells: Array.from({ length: 40 }, (_, j) =>
      cellsAt((j + 0.5) / 40, 1 / 40, { worse: 0.006 / 40, better: 0.002 / 40 }),
    ).flat(),
  }),
  shape({
    name: 'many classes, opened one by one',
    loss: 'disagreement',
    n: 1_000,
    epsilon: 0.02,
    classes: 20,
    path: Array.from({ length: 20 }, (_, j) => even(0, 20).fill(1, 0, j + 1)),
    cells: Array.from({ length: 20 }, (_, k) => ofClass(k, 1 / 20, 0.0002 * (k + 1))).flat(),
  }),
];

const small: World[] = [
  agreement({ name: 'tiny n', loss: 'disagreement', n: 20, epsilon: 0.2, plans: 50 }),
  agreement({
    name: 'n just above the minimum',
    loss: 'disagreement',
    n: 300,
    epsilon: 0.01,
    plans: 100,
    doubt: 0.4,
    sharpness: 2,
  }),
  agreement({
    name: 'n just above the minimum, for accuracy',
    loss: 'accuracy',
    n: 300,
    epsilon: 0.01,
    plans: 50,
    sharpness: 2,
    accuracy: 0.9,
  }),
];

const extremes: World[] = [
  agreement({ name: 'epsilon .1 %', loss: 'disagreement', n: 3_000, epsilon: 0.001, plans: 50, doubt: 0.1 }),
  agreement({
    name: 'epsilon 90 %',
    loss: 'disagreement',
    n: 60,
    epsilon: 0.9,
    plans: 200,
    doubt: 1,
    sharpness: 0,
  }),
  agreement({
    name: 'delta 20 %',
    loss: 'harm',
    n: 500,
    epsilon: 0.02,
    delta: 0.2,
    plans: 60,
    accuracy: 0.8,
  }),
];

/** Every other plan is a little too aggressive; those between are conservative, each a little less so. */
const ZIGZAG = Array.from({ length: 60 }, (_, j) => even(j % 2 === 1 ? 0.101 : j / 600));

const turning: World[] = [
  shape({
    name: 'non-monotone: every other plan steps back',
    loss: 'disagreement',
    n: 400,
    epsilon: 0.05,
    path: ZIGZAG,
    cells: agreementCells(1_000, { sharpness: 0 }),
  }),
  shape({
    name: 'non-monotone: gains between losses',
    loss: 'accuracy',
    n: 500,
    epsilon: 0.03,
    path: ladder(20),
    cells: [
      ...cellsAt(0.18, 0.3),
      ...cellsAt(0.38, 0.2, { worse: 0.0301 }),
      ...cellsAt(0.58, 0.2, { better: 0.02 }),
      ...cellsAt(0.88, 0.3, { worse: 0.0302, better: 0.01 }),
    ],
  }),
];

/** Some rows of class 0 are missed, some of class 1 are false, and both grow along the path. */
const confusion: readonly Cell[] = Array.from({ length: 50 }, (_, j): Cell[] => {
  const position = (j + 0.5) / 50;
  const wrong = 0.1 * position ** 2;
  const row = { position, decided: 1 };
  return [
    { ...row, chance: 0.2 / 50, decided: 0, full: 0, label: 0 },
    { ...row, chance: (0.8 - wrong) / 50, full: 1, label: 1 },
    { ...row, chance: wrong / 50, full: 0, label: 0 },
  ];
}).flat();

const losses: World[] = [
  {
    ...shape({
      name: 'recall and precision together',
      loss: { recall: 0 },
      epsilon: 0.03,
      n: 1_000,
      path: ladder(50),
      cells: confusion,
    }),
    question: {
      all: [
        { loss: { recall: 0 }, epsilon: 0.03 },
        { loss: { precision: 1 }, epsilon: 0.01 },
      ],
      delta: 0.05,
    },
  },
  shape({
    name: 'a loss of the user, by betting',
    loss: {
      name: 'distance of classes',
      loss: (answer, full) => Math.abs(answer - full) / 4,
    },
    epsilon: 0.02,
    n: 500,
    classes: 5,
    path: ladder(40, 5),
    cells: Array.from({ length: 40 }, (_, j) => distances((j + 0.5) / 40, 1 / 40)).flat(),
  }),
  heavyTails(),
];

/** The stage answers 2; the full model is as often one class away as two. */
function distances(position: number, chance: number): Cell[] {
  const wrong = 0.4 * position ** 2;
  return [0, 1, 2, 3, 4].map((full) => ({
    chance: chance * (full === 2 ? 1 - wrong : wrong / 4),
    position,
    decided: 2,
    full,
    label: full,
  }));
}

/** The larger groups are the harder ones, and their rows hardly differ. */
function groups(accuracy: number): Kind[] {
  const kind = (share: number, size: number, doubt: number): Kind => ({
    share,
    size,
    repeat: 0.95,
    cells: agreementCells(40, { doubt, accuracy }),
  });
  return [kind(0.8, 4, 0.1), kind(0.2, 16, 0.5)];
}

const grouped: World[] = (
  [
    ['disagreement', 1, 0.06],
    ['accuracy', 0.9, 0.06],
  ] as const
).map(([loss, accuracy, epsilon]) => ({
  name: `grouped rows, ${loss}`,
  question: { all: [{ loss, epsilon }], delta: 0.05 },
  n: 200,
  classes: CLASSES,
  path: ladder(40),
  kinds: groups(accuracy),
  grouped: true,
}));

export const trials: readonly World[] = [
  ...easyAndHard,
  ...degenerate,
  ...small,
  ...extremes,
  ...turning,
  ...losses,
  ...grouped,
];
