import test from 'ava';
import { procedureFor } from '../../../cascades/certification/procedures/index.js';
import {
  type AnswerLoss,
  answerLoss,
  asksTwice,
  boundMethod,
  type CustomLoss,
  countedAs,
  givenLoss,
  hasExactTest,
  inWords,
  isLossName,
  isSigned,
  LOSSES as KINDS,
  kindOf,
  LOSS_NAMES,
  lossOn,
  lossShape,
  needsLabels,
  ofAnswers,
  stated,
  withoutGains,
} from '../../../cascades/losses/index.js';
import { ArtifactError } from '../../../lib/errors.js';
import { random } from '../../../lib/stats/index.js';

const CLASSES = [0, 1, 2];

/** An example of each kind: without one, a new kind doesn't compile. All laws below are asked of it. */
const EXAMPLES: Readonly<Record<keyof typeof KINDS, AnswerLoss>> = {
  accuracy: 'accuracy',
  disagreement: 'disagreement',
  harm: 'harm',
  excessDisagreement: 'excessDisagreement',
  stableDisagreement: 'stableDisagreement',
  recall: { recall: 1 },
  precision: { precision: 1 },
  absoluteError: { absoluteError: 4, numbers: [0, 1, 3] },
  custom: { name: 'own', loss: (answer, full) => Math.abs(answer - full) / 2 },
};
const LOSSES = Object.values(EXAMPLES);

/** What an answer loses to another of the full model, with this label and this answer when it is asked again. */
const lossAt = (
  loss: AnswerLoss,
  answer: number,
  full: number,
  label: number | undefined,
  second: number = full,
) =>
  lossOn(loss, {
    full: Float64Array.of(full),
    second: Float64Array.of(second),
    labels: label === undefined ? undefined : Float64Array.of(label),
  }).lost(answer, 0);

/** Every answer, with every answer of the full model, every label, and every second answer. */
const ROWS = CLASSES.flatMap((answer) =>
  CLASSES.flatMap((full) =>
    CLASSES.flatMap((label) => CLASSES.map((second) => ({ answer, full, label, second }))),
  ),
);

/** Whether a row loses all or nothing. */
const isOfZeroAndOne = (loss: AnswerLoss) =>
  ROWS.every(({ answer, full, label, second }) => [0, 1].includes(lossAt(loss, answer, full, label, second)));

test('the names are these five', (t) => {
  t.deepEqual(LOSS_NAMES, ['accuracy', 'disagreement', 'harm', 'excessDisagreement', 'stableDisagreement']);
  t.true(isLossName('harm'));
  for (const other of ['hard', 'toString', '', undefined, { recall: 1 }]) t.false(isLossName(other));
});

/** Full model and truth, in all four ways they can meet. */
const judged = { full: Float64Array.of(0, 0, 1, 1), labels: Float64Array.of(0, 1, 0, 1) };

/** What every answer to every row loses, and '-' where it doesn't count: answers 0, then 1. */
function tabulated(loss: AnswerLoss): (number | '-')[][] {
  const { lost, counts } = lossOn(loss, judged);
  return [0, 1].map((answer) => [0, 1, 2, 3].map((row) => (counts(answer, row) ? lost(answer, row) : '-')));
}

test('what each loss counts, by hand', (t) => {
  t.deepEqual(tabulated('disagreement'), [
    [0, 0, 1, 1],
    [1, 1, 0, 0],
  ]);
  t.deepEqual(tabulated('harm'), [
    [0, 0, 0, 1],
    [1, 0, 0, 0],
  ]);
  t.deepEqual(tabulated('accuracy'), [
    [0, 0, -1, 1],
    [1, -1, 0, 0],
  ]);
  t.deepEqual(tabulated({ recall: 1 }), [
    ['-', '-', 1, 1],
    ['-', '-', 0, 0],
  ]);
  t.deepEqual(tabulated({ precision: 1 }), [
    ['-', '-', '-', '-'],
    [1, 1, 0, 0],
  ]);
});

test('the full model’s own answer loses nothing', (t) => {
  for (const loss of LOSSES) {
    for (const { full, label } of ROWS) t.is(lossAt(loss, full, full, label), 0, JSON.stringify(loss));
  }
});

test('a loss needs labels where its values change with them', (t) => {
  for (const loss of LOSSES) {
    const changes = ROWS.some(
      ({ answer, full, label, second }) =>
        lossAt(loss, answer, full, label, second) !== lossAt(loss, answer, full, undefined, second),
    );
    t.is(needsLabels(loss), changes, JSON.stringify(loss));
  }
});

test('each loss has the values that it is said to have', (t) => {
  for (const loss of LOSSES) {
    const values = new Set(
      ROWS.map(({ answer, full, label, second }) => lossAt(loss, answer, full, label, second)),
    );
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
    for (const { answer, full, label, second } of ROWS)
      t.true(lossAt(counted, answer, full, label, second) >= lossAt(loss, answer, full, label, second), loss);
  }
  t.is(countedAs('accuracy'), 'harm');
  t.is(countedAs('excessDisagreement'), 'stableDisagreement');
});

test('what a model loses that is asked twice, by hand', (t) => {
  const judged = {
    full: Float64Array.of(0, 0, 0, 0),
    second: Float64Array.of(0, 1, 2, NaN),
    labels: undefined,
  };
  const table = (loss: AnswerLoss) => {
    const { lost, counts } = lossOn(loss, judged);
    return [0, 1].map((answer) => [0, 1, 2, 3].map((row) => (counts(answer, row) ? lost(answer, row) : '-')));
  };
  // A second answer that isn't known is taken for the first.
  t.deepEqual(table('excessDisagreement'), [
    [0, -1, -1, 0],
    [1, 0, 0, 1],
  ]);
  t.deepEqual(table('stableDisagreement'), [
    [0, '-', '-', 0],
    [1, '-', '-', 1],
  ]);
});

test('the second answer of a model that is asked twice exceeds nothing', (t) => {
  for (const loss of LOSSES.filter(asksTwice)) {
    t.is(kindOf(loss).asks, 2);
    for (const { full, second } of ROWS) t.is(lossAt(loss, second, full, undefined, second), 0, String(loss));
  }
  t.deepEqual(LOSSES.filter(asksTwice), ['excessDisagreement', 'stableDisagreement']);
});

test('plans are searched by a loss that no row gains by, and by the loss itself where none does', (t) => {
  for (const loss of LOSSES) {
    const searched = withoutGains(loss);
    t.false(isSigned(searched));
    if (!isSigned(loss)) t.is<AnswerLoss, AnswerLoss>(searched, loss);
  }
  t.is(withoutGains('accuracy'), 'harm');
  t.is(withoutGains('excessDisagreement'), 'stableDisagreement');
});

test('only whole rows lost over rows have the exact test, unless a method is named', (t) => {
  const methods = (unit: 'rows' | 'groups') =>
    LOSSES.map((loss) => boundMethod({ loss, epsilon: 0.1 }, unit));
  t.deepEqual(methods('rows'), [...new Array<string>(7).fill('exact'), 'betting', 'betting']);
  t.deepEqual(new Set(methods('groups')), new Set(['betting']));
  t.is(boundMethod({ loss: 'harm', epsilon: 0.1, method: 'hoeffding-bentkus' }, 'rows'), 'hoeffding-bentkus');
});

/** What rows lose by a loss, and '-' where they don't count. */
const valuesOf = (loss: AnswerLoss) =>
  ROWS.map(({ answer, full, label, second }) => {
    const judged = {
      full: Float64Array.of(full),
      second: Float64Array.of(second),
      labels: Float64Array.of(label),
    };
    const { lost, counts } = lossOn(loss, judged);
    return counts(answer, 0) ? lost(answer, 0) : '-';
  });

test('a loss has one kind, in the order of the list, which alone takes what users write', (t) => {
  Object.values(KINDS).forEach((kind, k) => {
    t.is(kindOf(LOSSES[k]), kind);
    const taking = Object.values(KINDS).filter((each) => each.check('bound.loss', given(LOSSES[k])));
    t.deepEqual(taking, [kind], kind.written);
  });
});

/** As users write it: the numbers of classes are known to the library alone. */
function given(loss: AnswerLoss): string | object {
  return typeof loss === 'object' && 'numbers' in loss ? { absoluteError: loss.absoluteError } : loss;
}

test('the form that files hold is read again as the same loss', (t) => {
  const own: CustomLoss<number>[] = LOSSES.filter((loss) => typeof loss === 'object' && 'loss' in loss);
  for (const loss of LOSSES) {
    const json: unknown = JSON.parse(JSON.stringify(stated(loss, CLASSES)));
    const read = lossShape(json, 'loss');
    t.deepEqual(read, stated(loss, CLASSES));
    const numbers = [0, 1, 3];
    const classes = typeof loss === 'object' && 'numbers' in loss ? numbers : CLASSES;
    t.deepEqual(valuesOf(answerLoss('loss', givenLoss(read, own, 'losses'), classes)), valuesOf(loss));
  }
  t.throws(() => lossShape({ other: 1 }, 'loss'), { instanceOf: ArtifactError });
});

test('no row loses less than the least that is said, or more than 1', (t) => {
  for (const loss of LOSSES) {
    const values = valuesOf(loss).filter((value) => value !== '-');
    t.true(Math.min(...values) >= kindOf(loss).least, JSON.stringify(loss));
    t.true(Math.max(...values) <= 1, JSON.stringify(loss));
  }
});

test('rows count by the answers that are said to decide it', (t) => {
  for (const loss of LOSSES) {
    const { over } = kindOf(loss);
    const counts = valuesOf(loss).map((value) => value !== '-');
    const by = (of: 'answer' | 'full') =>
      ROWS.map((row) => counts[ROWS.findIndex((each) => each[of] === row[of])]);
    if (over === 'all') t.true(counts.every(Boolean));
    else if (over === 'pairs')
      t.deepEqual(
        counts,
        ROWS.map(({ full, second }) => full === second),
      );
    else t.deepEqual(counts, by(over === 'cascade' ? 'answer' : 'full'));
    for (const [i, { answer }] of ROWS.entries()) if (counts[i]) t.true(ofAnswers(loss).mayCount(answer));
  }
});

test('an answer that keeps a loss by definition never loses', (t) => {
  for (const loss of LOSSES)
    for (const [i, { answer }] of ROWS.entries())
      if (ofAnswers(loss).isKeptBy(answer))
        t.true(['-', 0].includes(valuesOf(loss)[i]), JSON.stringify(loss));
});

test('a loss has a name and words, which state its limit and its sum', (t) => {
  for (const loss of LOSSES) {
    const { name, title, rows, scale, bound, found } = inWords(stated(loss, CLASSES));
    t.true(name !== '' && title !== '');
    t.is(rows === '', kindOf(loss).over === 'all');
    t.regex(bound(0.0625), scale === undefined ? /6\.25 %/ : /each counted as at most 4, is at most 0\.25$/);
    for (const unit of ['rows', 'groups'] as const) t.regex(found({ n: 1_234, lost: 5, unit }), /1,234 /);
  }
});

test('a limit on a wider loss bounds a loss as it says', (t) => {
  for (const loss of LOSSES) {
    const { within } = inWords(loss);
    t.is(within(loss), 1);
    for (const wider of LOSSES) {
      const times = within(wider);
      if (times === Number.POSITIVE_INFINITY) continue;
      valuesOf(loss).forEach((value, i) => {
        const other = valuesOf(wider)[i];
        t.is(value === '-', other === '-');
        if (value !== '-' && other !== '-') t.true(value <= times * other);
      });
    }
  }
});

test('at the limit no test passes more often than delta, over all samples of a few rows', (t) => {
  const [n, delta, epsilon] = [8, 0.3, 0.3];
  for (const loss of LOSSES) {
    const values = valuesOf(loss);
    const worst = Math.max(...values.filter((value) => value !== '-'));
    const kinds = [values.indexOf(0), values.indexOf(worst)].map((i) => ROWS[i]);
    const share = epsilon / worst;
    for (const method of [undefined, 'betting', 'hoeffding-bentkus'] as const) {
      const limit = { loss, epsilon, method };
      let passed = 0;
      for (let sample = 0; sample < 2 ** n; sample++) {
        const drawn = Array.from({ length: n }, (_, i) => (sample >> i) & 1);
        const column = (of: (row: (typeof ROWS)[number]) => number) =>
          Float64Array.from(drawn, (which) => of(kinds[which]));
        const table = {
          stages: [],
          full: column(({ full }) => full),
          second: column(({ second }) => second),
          labels: column(({ label }) => label),
          groups: undefined,
          classes: CLASSES,
        };
        const test = procedureFor(limit, 'rows').on(limit, delta, table, random(1));
        const lost = drawn.reduce((sum, which) => sum + which, 0);
        if (test.pValue(column(({ answer }) => answer)) <= delta)
          passed += share ** lost * (1 - share) ** (n - lost);
      }
      t.true(passed <= delta + 1e-12, `${JSON.stringify(loss)} by ${method}: ${passed}`);
      if (method === undefined) t.true(passed > 0, JSON.stringify(loss));
    }
  }
});
