import test from 'ava';
import {
  type AnswerLoss,
  countedAs,
  hasExactTest,
  isLossName,
  isSigned,
  LOSS_NAMES,
  lossOn,
  methodOf,
  needsLabels,
  withoutGains,
} from '../../../cascades/losses/index.js';

const CLASSES = [0, 1, 2];
const LOSSES: readonly AnswerLoss[] = [
  ...LOSS_NAMES,
  { recall: 1 },
  { precision: 1 },
  { absoluteError: 4, numbers: [0, 1, 3] },
  { name: 'own', loss: (answer, full) => Math.abs(answer - full) / 2 },
];

/** What an answer loses to another of the full model, with this label. */
const lossAt = (loss: AnswerLoss, answer: number, full: number, label: number | undefined) =>
  lossOn(loss, {
    full: Float64Array.of(full),
    labels: label === undefined ? undefined : Float64Array.of(label),
  }).lost(answer, 0);

/** Every answer, with every answer of the full model and every label. */
const ROWS = CLASSES.flatMap((answer) =>
  CLASSES.flatMap((full) => CLASSES.map((label) => ({ answer, full, label }))),
);

/** Whether a row loses all or nothing. */
const isOfZeroAndOne = (loss: AnswerLoss) =>
  ROWS.every(({ answer, full, label }) => [0, 1].includes(lossAt(loss, answer, full, label)));

test('the names are these three', (t) => {
  t.deepEqual(LOSS_NAMES, ['accuracy', 'disagreement', 'harm']);
  t.true(isLossName('harm'));
  for (const other of ['hard', 'toString', '', undefined, { recall: 1 }]) t.false(isLossName(other));
});

test('the full model’s own answer loses nothing', (t) => {
  for (const loss of LOSSES) {
    for (const { full, label } of ROWS) t.is(lossAt(loss, full, full, label), 0, JSON.stringify(loss));
  }
});

test('a loss needs labels where its values change with them', (t) => {
  for (const loss of LOSSES) {
    const changes = ROWS.some(
      ({ answer, full, label }) =>
        lossAt(loss, answer, full, label) !== lossAt(loss, answer, full, undefined),
    );
    t.is(needsLabels(loss), changes, JSON.stringify(loss));
  }
});

test('each loss has the values that it is said to have', (t) => {
  for (const loss of LOSSES) {
    const values = new Set(ROWS.map(({ answer, full, label }) => lossAt(loss, answer, full, label)));
    const what = JSON.stringify(loss);
    t.is(isSigned(loss), values.has(-1), what);
    t.is(hasExactTest(loss), [...values].every(Number.isInteger), what);
  }
});

test('the loss that is counted is of 0 and 1, and never below', (t) => {
  for (const loss of LOSSES) {
    const counted = countedAs(loss);
    if (typeof loss === 'object') {
      t.is(counted, undefined);
      continue;
    }
    if (counted === undefined) continue;
    t.true(isOfZeroAndOne(counted));
    if (isOfZeroAndOne(loss)) t.true(counted === loss);
    for (const { answer, full, label } of ROWS)
      t.true(lossAt(counted, answer, full, label) >= lossAt(loss, answer, full, label), loss);
  }
  t.is(countedAs('accuracy'), 'harm');
});

test('plans are searched by a loss that no row gains by, and by the loss itself where none does', (t) => {
  for (const loss of LOSSES) {
    const searched = withoutGains(loss);
    t.false(isSigned(searched));
    if (!isSigned(loss)) t.is<AnswerLoss, AnswerLoss>(searched, loss);
  }
  t.is(withoutGains('accuracy'), 'harm');
});

test('only whole rows lost over rows have the exact test, unless a method is named', (t) => {
  const methods = (unit: 'rows' | 'groups') => LOSSES.map((loss) => methodOf({ loss, epsilon: 0.1 }, unit));
  t.deepEqual(methods('rows'), ['exact', 'exact', 'exact', 'exact', 'exact', 'betting', 'betting']);
  t.deepEqual(new Set(methods('groups')), new Set(['betting']));
  t.is(methodOf({ loss: 'harm', epsilon: 0.1, method: 'hoeffding-bentkus' }, 'rows'), 'hoeffding-bentkus');
});
