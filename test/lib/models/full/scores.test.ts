import test from 'ava';
import { ModelError, OptionError } from '../../../../lib/errors.js';
import {
  type OutputScoring,
  outputNamed,
  scoringOf,
  writeScores,
} from '../../../../lib/models/full/scores.js';

const declared = (width?: number) =>
  ({ name: 'y', type: 'float32', shape: width === undefined ? undefined : [undefined, width] }) as const;
const scoring = (classes: number | undefined, kind: OutputScoring['kind'] = 'probabilities') =>
  scoringOf(
    'm',
    classes === undefined ? undefined : Array.from({ length: classes }, (_, i) => i),
    kind,
    declared(),
  );

function written(
  of: OutputScoring,
  shape: readonly number[],
  numbers: readonly number[],
  rows = shape[0],
): number[] {
  const out = new Float64Array(rows * (of.labels?.length ?? 1));
  writeScores(of, 'y', shape, numbers, rows, out);
  return [...out];
}

test('probabilities are as they are, logits a softmax, one number of two classes the second', (t) => {
  t.deepEqual(written(scoring(3), [2, 3], [0.2, 0.3, 0.5, 1, 0, 0]), [0.2, 0.3, 0.5, 1, 0, 0]);
  const e = Math.E;
  const [a, b] = written(scoring(2, 'logits'), [1, 2], [1001, 1000]);
  t.true(Math.abs(a - e / (e + 1)) < 1e-15 && Math.abs(b - 1 / (e + 1)) < 1e-15);
  t.deepEqual(written(scoring(2), [2, 1], [0.25, 1]), [0.75, 0.25, 0, 1]);
  t.deepEqual(written(scoring(2), [2], [0.25, 1]), [0.75, 0.25, 0, 1]);
  t.deepEqual(written(scoring(2, 'logits'), [2, 1], [0, 800]), [0.5, 0.5, 0, 1]);
  t.deepEqual(written(scoring(undefined), [2, 1], [7, -2]), [7, -2]);
});

test('what is no number stays so, in its own row alone', (t) => {
  const { NaN: nan, POSITIVE_INFINITY: infinite, NEGATIVE_INFINITY: none } = Number;
  t.deepEqual(written(scoring(2), [2, 2], [nan, 0.5, 0.5, 0.5]), [nan, 0.5, 0.5, 0.5]);
  t.deepEqual(written(scoring(2, 'logits'), [2, 2], [nan, 0, 0, 0]), [nan, nan, 0.5, 0.5]);
  t.deepEqual(written(scoring(2, 'logits'), [1, 2], [none, 0]), [0, 1]);
  t.true(written(scoring(2, 'logits'), [1, 2], [infinite, 0]).includes(nan));
});

test('logits that are called probabilities are refused', (t) => {
  for (const numbers of [
    [3, -2],
    [1.5, -0.5],
    [0.2, 0.2],
  ]) {
    t.throws(() => written(scoring(2), [1, 2], numbers), {
      instanceOf: ModelError,
      message: /scores: 'logits'/,
    });
  }
  t.notThrows(() => written(scoring(2), [1, 2], [0.51, 0.5]), 'low precision strays');
});

test('outputs of another shape are refused', (t) => {
  const cases: [number[], number[], number][] = [
    [[2, 3], [0, 0, 1, 0, 0, 1], 2],
    [[3, 2], [1, 0, 1, 0, 1, 0], 2],
    [[2, 2], [1, 0, 1], 2],
    [[4], [1, 0, 1, 0], 2],
  ];
  for (const [shape, numbers, rows] of cases) {
    t.throws(() => written(scoring(2), shape, numbers, rows), { instanceOf: ModelError, message: /'y'/ });
  }
});

test('classes that the declared output doesn’t fit are refused', (t) => {
  const option = (run: () => unknown) => t.throws(run, { instanceOf: OptionError })?.option;
  t.is(
    option(() => scoringOf('m', [1, 2, 3], 'logits', declared(2))),
    'classes',
  );
  t.is(
    option(() => scoringOf('m', undefined, undefined, declared(2))),
    'classes',
  );
  t.is(
    option(() => scoringOf('m', [1], undefined, declared())),
    'classes',
  );
  t.is(
    option(() => scoringOf('m', [1, 1], undefined, declared())),
    'classes',
  );
  t.notThrows(() => scoringOf('m', [1, 2], undefined, declared(1)));
  t.notThrows(() => scoringOf('m', [1, 2], undefined, declared(2)));
});

test('the output is the one named, the only one, or probabilities', (t) => {
  const [a, b] = [{ name: 'label' }, { name: 'probabilities' }];
  t.is(outputNamed([a], undefined), a);
  t.is(outputNamed([a, b], undefined), b);
  t.is(outputNamed([a, b], 'label'), a);
  t.throws(() => outputNamed([a, { name: 'c' }], undefined), {
    instanceOf: OptionError,
    message: /label, c/,
  });
  t.throws(() => outputNamed([a, b], 'x'), { instanceOf: OptionError, message: /no "x"/ });
});

const texts = { name: 'label', type: 'string', shape: [undefined] } as const;

test('labels give a row’s class all of its probability', (t) => {
  const labels = (classes: readonly unknown[], given: readonly (number | string)[]) => {
    const of = scoringOf('m', classes, 'labels', { ...texts, type: 'int64' });
    const out = new Float64Array(given.length * classes.length).fill(7);
    writeScores(of, 'label', [given.length], given as readonly string[], given.length, out);
    return [...out];
  };
  t.deepEqual(labels(['ham', 'spam'], ['spam', 'ham']), [0, 1, 1, 0]);
  t.deepEqual(labels([3, 1, 2], [1, 2]), [0, 1, 0, 0, 0, 1]);
  t.deepEqual(labels(['0', '1'], [1]), [0, 1]);
  t.deepEqual(labels([false, true], [1, 0]), [0, 1, 1, 0]);
  t.deepEqual(labels([false, true], ['true']), [0, 1]);
  const error = t.throws(() => labels(['ham', 'spam'], ['ham', 'eggs']), {
    instanceOf: ModelError,
    message: /gave the label "eggs" as 'label'; 'classes' lists ham, spam/,
  });
  t.is(error?.row, 1);
});

test('an output of text is of labels, and needs their classes', (t) => {
  t.is(scoringOf('m', ['a', 'b'], undefined, texts).kind, 'labels');
  const option = (run: () => unknown) => t.throws(run, { instanceOf: OptionError })?.option;
  t.is(
    option(() => scoringOf('m', ['a', 'b'], 'probabilities', texts)),
    'scores',
  );
  t.is(
    option(() => scoringOf('m', undefined, undefined, texts)),
    'classes',
  );
  t.is(
    option(() => scoringOf('m', undefined, 'labels', declared())),
    'classes',
  );
  t.is(
    option(() => scoringOf('m', [1, '1'], 'labels', declared())),
    'classes',
  );
  t.is(
    option(() => scoringOf('m', [true, 1], 'labels', declared())),
    'classes',
  );
  const wide = t.throws(() => scoringOf('m', ['a', 'b'], undefined, { ...texts, shape: [undefined, 2] }), {
    instanceOf: OptionError,
  });
  t.regex(wide?.message ?? '', /has 2 values a row: a label is 1/);
});

test('what may be labels is told how to say so', (t) => {
  t.throws(() => scoringOf('m', [1, 2, 3], undefined, declared(1)), { message: /say scores: 'labels'/ });
  const out = new Float64Array(2);
  t.throws(() => writeScores(scoring(2), 'y', [1, 1], ['ham'], 1, out), {
    instanceOf: ModelError,
    message: /gave text as 'y'. If it is a label/,
  });
});
