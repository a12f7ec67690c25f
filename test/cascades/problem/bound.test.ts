import test from 'ava';
import { checkBound, lossNeedingLabels, specOf } from '../../../cascades/problem/bound.js';
import { absoluteError, type Bound, OptionError, precision, recall } from '../../../index.js';

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
      { loss: absoluteError({ atMost: 0.5 }) },
    ],
  },
  { loss: absoluteError({ atMost: 0.5, cap: 4 }), delta: 0.1, method: 'betting', also: [1, 0.25] },
  { loss: absoluteError({ atMost: 0.5 }), modes: [1, 20] },
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
  [
    { loss: absoluteError({ atMost: 0.5 }), epsilon: 0.1 },
    'bound.epsilon',
    /got 0\.1 beside absoluteError\(\{ atMost: 0\.5 \}\).*leave epsilon out/,
  ],
  [{ loss: { absoluteError: { cap: 4 } } }, 'bound.loss.atMost', /a mean difference above 0, got undefined/],
  [{ loss: absoluteError({ atMost: 4, cap: 4 }) }, 'bound.loss.atMost', /below the cap, 4.*got 4/],
  [{ loss: absoluteError({ atMost: 1, cap: -4 }) }, 'bound.loss.cap', /above 0, got -4/],
  [
    { loss: { absoluteError: { atMost: 1, scale: 4 } } },
    'bound.loss.absoluteError.scale',
    /known are atMost, cap/,
  ],
  [{ loss: absoluteError({ atMost: 1, cap: 4 }), also: [1] }, 'bound.also[0]', /1 is there already/],
  [{ loss: absoluteError({ atMost: 1, cap: 4 }), also: [5] }, 'bound.also[0]', /below the cap, 4.*got 5/],
  [
    { loss: absoluteError({ atMost: 1 }), modes: [0.5] },
    'bound.modes[0]',
    /isn't above the bound's own atMost, 1/,
  ],
  [{ loss: absoluteError({ atMost: 1 }), method: 'exact' }, 'bound.method', /not for absoluteError, which/],
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
    method: undefined,
    delta: 0.2,
    all: [
      { loss: { precision: 1 }, epsilon: 0.1, method: undefined },
      { loss: { recall: 0 }, epsilon: 0.2, method: undefined },
    ],
  });
  t.throws(() => specOf({ all: [all[0], { loss: recall('eggs'), epsilon: 0.1 }] }, classes, true), {
    instanceOf: OptionError,
    message: /^option 'bound.all\[1\].loss': "eggs" is no class/,
  });
});

test('a bound in units is a share of its cap, and so are its other limits', (t) => {
  const bound = { loss: absoluteError({ atMost: 0.5, cap: 4 }), also: [1, 2] };
  t.deepEqual(specOf(bound, [], true), {
    loss: { absoluteError: 4 },
    epsilon: 0.125,
    method: undefined,
    delta: 0.05,
    also: [0.25, 0.5],
  });
});

/** Half of the answers are 10, the others 11 to 110. */
const answers = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? 10 : row - 89));

test('a cap that isn’t given is taken from the answers to the tuning rows', (t) => {
  const spec = specOf({ loss: absoluteError({ atMost: 3 }), also: [6] }, [], false);
  if (typeof spec !== 'function') return t.fail('nothing is known before the answers are');
  // The median is 10.5; the answers are .5 from it, and 50 on average: twice 25.25, rounded up to two digits.
  t.deepEqual(spec(answers), {
    loss: { absoluteError: 51 },
    epsilon: 3 / 51,
    method: undefined,
    delta: 0.05,
    also: [6 / 51],
  });
  t.throws(() => spec(answers.map((answer) => answer / 50)), {
    instanceOf: OptionError,
    message: /^option 'bound.loss': a mean difference of 3 isn't below the cap, 1\.1: twice what the median/,
  });
  // Answers that are all equal leave no room for a difference.
  t.throws(() => spec(new Float64Array(10).fill(7)), {
    message: /all tuning rows alike, so there is nothing to save/,
  });
});

test('the limit that a cap has no room for is named, and so is one that is no share of it', (t) => {
  const own = { loss: absoluteError({ atMost: 3 }) };
  const refusedAs = (bound: Bound<number>, option: string, message: RegExp) => {
    const made = () => {
      const spec = specOf(bound, [], false);
      return typeof spec === 'function' ? spec(answers) : spec;
    };
    t.is(t.throws(made, { instanceOf: OptionError, message })?.option, option);
  };
  refusedAs({ ...own, also: [6, 60] }, 'bound.also[1]', /60 isn't below the cap, 51/);
  refusedAs({ ...own, modes: [60] }, 'bound.modes[0]', /60 isn't below the cap, 51/);
  refusedAs(
    { all: [own, { loss: absoluteError({ atMost: 60 }) }] },
    'bound.all[1].loss',
    /60 isn't below the cap, 51/,
  );
  refusedAs({ loss: absoluteError({ atMost: 5e-324 }) }, 'bound.loss', /too small beside the cap, 51/);
  refusedAs(
    { loss: absoluteError({ atMost: 1e-300, cap: 1e100 }) },
    'bound.loss',
    /too small beside the cap, 1/,
  );
});

test('among several losses, and of classes that are numbers, a cap is in the units of the numbers', (t) => {
  const all = [{ loss: 'disagreement', epsilon: 0.1 }, { loss: absoluteError({ atMost: 5 }) }] as const;
  const spec = specOf({ all }, [0, 50, 100], false);
  if (typeof spec !== 'function') return t.fail('nothing is known before the answers are');
  t.like(spec(Float64Array.of(0, 1, 1, 1, 2)), {
    loss: 'disagreement',
    all: [{ epsilon: 0.1 }, { loss: { absoluteError: 40, numbers: [0, 50, 100] }, epsilon: 0.125 }],
  });
  t.throws(() => specOf({ loss: absoluteError({ atMost: 5 }) }, ['low', 'high'], false), {
    message: /absoluteError is of numbers; there are "low", "high"/,
  });
});
