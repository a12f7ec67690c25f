import test from 'ava';
import { answerLoss, lossName, lossOn, stated } from '../../../cascades/losses/index.js';
import { DataError, OptionError, precision, recall } from '../../../index.js';

const classes = ['ham', 'spam'];

/** Full model and truth, in all four ways they can meet. */
const judged = { full: Float64Array.of(0, 0, 1, 1), labels: Float64Array.of(0, 1, 0, 1) };

test('a loss of the user’s is asked in the user’s own labels, undefined where there are none', (t) => {
  const requested: unknown[][] = [];
  const loss = (...all: unknown[]) => requested.push(all) / 10;
  const of = answerLoss('bound.loss', { name: 'cost', loss }, classes);
  t.is(lossOn(of, judged).lost(0, 2), 0.1);
  t.is(lossOn(of, { ...judged, labels: undefined }).lost(1, 0), 0.2);
  t.deepEqual(requested, [
    ['ham', 'spam', 'ham'],
    ['spam', 'ham', undefined],
  ]);
});

test('a value that is no loss is refused, with the number of its row among the user’s', (t) => {
  for (const [value, shown] of [
    [Number.NaN, 'NaN'],
    [1.5, '1.5'],
    [-0.1, '-0.1'],
    ['0.5', '"0.5"'],
    [undefined, 'undefined'],
  ] as const) {
    const loss = () => value as number;
    const { lost } = lossOn({ name: 'cost', loss }, { ...judged, origin: Int32Array.of(7, 3, 9, 1) });
    t.throws(() => lost(0, 2), {
      instanceOf: DataError,
      message: `loss 'cost' of row 9 is ${shown}; expected a number from 0 to 1: scale it to that`,
    });
  }
});

test('a label that is no class is refused, by the option’s name', (t) => {
  for (const loss of [recall('eggs'), precision('eggs')]) {
    const error = t.throws(() => answerLoss('bound.all[1].loss', loss, classes), {
      instanceOf: OptionError,
      message: /"eggs" is no class; there are "ham", "spam"$/,
    });
    t.is(error?.option, 'bound.all[1].loss');
  }
  t.throws(() => answerLoss('bound.loss', recall(1), ['0', '1']), { message: /1 is no class/ });
});

test('losses come back as they were given, as plain data', (t) => {
  const losses = ['harm', recall('spam'), precision('ham'), { name: 'cost', loss: () => 0 }] as const;
  t.deepEqual(
    losses.map((loss) => stated(answerLoss('bound.loss', loss, classes), classes)),
    ['harm', { recall: 'spam' }, { precision: 'ham' }, { name: 'cost' }],
  );
  t.deepEqual(losses.map(lossName), ['harm', 'recall("spam")', 'precision("ham")', "'cost'"]);
});
