import test from 'ava';
import { checkBound, lossNeedingLabels, specOf } from '../../../cascades/problem/bound.js';
import { type Bound, OptionError, precision, recall } from '../../../index.js';

const cost = { name: 'cost', loss: (answer: string, full: string) => Number(answer !== full) };

const good: readonly Bound<string>[] = [
  { epsilon: 0.1 },
  { loss: 'harm', epsilon: 0.1, delta: 0.01, method: 'exact' },
  { loss: recall('no'), epsilon: 0.1, method: 'betting' },
  { loss: precision('yes'), epsilon: 0.1 },
  { loss: cost, epsilon: 0.1, method: 'hoeffding-bentkus' },
  {
    delta: 0.2,
    all: [
      { loss: 'accuracy', epsilon: 0.1 },
      { loss: cost, epsilon: 0.2 },
    ],
  },
];

test('bounds of every kind are taken', (t) => {
  for (const bound of good) t.notThrows(() => checkBound(bound, false));
});

const refused: readonly (readonly [bound: unknown, option: string, message: RegExp])[] = [
  [{ epsilon: 0.1, method: 'wald' }, 'bound.method', /'exact', 'hoeffding-bentkus', 'betting', got "wald"/],
  [
    { epsilon: 0.1, loss: { name: 'cost' } },
    'bound.loss',
    /recall\(label\).*\{ name, loss \}, got an object with name/,
  ],
  [
    { epsilon: 0.1, loss: { recall: 'a', precision: 'a' } },
    'bound.loss.precision',
    /unknown; known are recall/,
  ],
  [{ epsilon: 0.1, loss: { ...cost, label: 1 } }, 'bound.loss.label', /unknown; known are name, loss/],
  [{ epsilon: 0.1, loss: null }, 'bound.loss', /got null/],
  [{ all: 'harm' }, 'bound.all', /got "harm"/],
  [{ all: [{ loss: 'harm', epsilon: 0.1 }], epsilon: 0.1 }, 'bound.epsilon', /unknown; known are all, delta/],
  [{ all: [{ loss: 'harm', epsilon: 0.1 }, { loss: 'harm' }] }, 'bound.all[1].epsilon', /got undefined/],
  [{ all: [{ loss: 'hurt', epsilon: 0.1 }] }, 'bound.all[0].loss', /got "hurt"/],
  [{ all: [{ loss: 'harm', epsilon: 0.1 }], delta: 1 }, 'bound.delta', /got 1; did you mean 0\.01\?$/],
];

test('what can’t be right is refused by the option’s name', (t) => {
  for (const [bound, option, message] of refused) {
    // Programs in JavaScript pass what no compiler has seen.
    const error = t.throws(() => checkBound(bound as Bound<never>, false), {
      instanceOf: OptionError,
      message,
    });
    t.is(error?.option, option);
  }
});

test('for groups there is no exact test', (t) => {
  t.throws(() => checkBound({ epsilon: 0.1, method: 'exact' }, true), { message: /not for groups/ });
  t.notThrows(() => checkBound({ epsilon: 0.1, method: 'betting' }, true));
});

test('labels are needed by accuracy and harm, wherever they stand', (t) => {
  t.is(lossNeedingLabels({ epsilon: 0.1 }, true), 'accuracy');
  t.is(lossNeedingLabels({ epsilon: 0.1 }, false), undefined);
  t.is(lossNeedingLabels({ loss: recall('no'), epsilon: 0.1 }, true), undefined);
  t.is(lossNeedingLabels({ loss: 'harm', epsilon: 0.1 }, false), 'harm');
  const all = [
    { loss: recall('no'), epsilon: 0.1 },
    { loss: 'harm', epsilon: 0.1 },
  ] as const;
  t.is(lossNeedingLabels({ all }, false), 'harm');
});

test('a bound in terms of classes, with its defaults', (t) => {
  const classes = ['no', 'yes'];
  t.deepEqual(specOf({ epsilon: 0.1 }, classes, true), {
    loss: 'accuracy',
    epsilon: 0.1,
    method: undefined,
    delta: 0.05,
  });
  t.like(specOf({ epsilon: 0.1 }, classes, false), { loss: 'disagreement' });
  const all = [
    { loss: precision('yes'), epsilon: 0.1 },
    { loss: recall('no'), epsilon: 0.2 },
  ] as const;
  t.deepEqual(specOf({ all, delta: 0.2 }, classes, true), {
    loss: { precision: 1 },
    epsilon: 0.1,
    delta: 0.2,
    all: [
      { loss: { precision: 1 }, epsilon: 0.1 },
      { loss: { recall: 0 }, epsilon: 0.2 },
    ],
  });
  t.throws(() => specOf({ all: [all[0], { loss: recall('eggs'), epsilon: 0.1 }] }, classes, true), {
    instanceOf: OptionError,
    message: /^option 'bound.all\[1\].loss': "eggs" is no class/,
  });
});
