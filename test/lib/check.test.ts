import test from 'ava';
import fc from 'fast-check';
import { checkDelta, checkInside, checkSignal, meant, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';

const stated = (call: () => void): string => {
  try {
    call();
    return '';
  } catch (error) {
    return error instanceof OptionError ? error.message : `raw: ${error}`;
  }
};

test('what was probably meant: a slip or two, the case, another type', (t) => {
  const options = ['bound', 'budget', 'labels', 'features', 'maxFeatures'];
  t.is(meant('bounds', options), "; did you mean 'bound'?");
  t.is(meant('lables', options), "; did you mean 'labels'?");
  t.is(meant('max_features', options), "; did you mean 'maxFeatures'?");
  t.is(meant('LABELS', options), "; did you mean 'labels'?");
  t.is(meant('gud', ['bad', 'good']), "; did you mean 'good'?");
  t.is(meant('agee', ['age', 'sender']), "; did you mean 'age'?");
  t.is(meant('1', [0, 1]), '; did you mean 1?');
});

test('nothing is guessed where nothing is near', (t) => {
  t.is(meant('validation', ['features', 'rows', 'labels']), '');
  t.is(meant('ham', ['good', 'spam']), '');
  t.is(meant('', ['features', 'rows']), '');
  t.is(meant('x', []), '');
});

test('a word of at least three letters is found again after one slip', (t) => {
  const words = ['threshold', 'objective', 'certify', 'onProgress', 'seed'];
  const slipped = fc.constantFrom(...words).chain((word) =>
    fc
      .tuple(fc.integer({ min: 1, max: word.length - 1 }), fc.constantFrom('drop', 'swap', 'add'))
      .map(([at, how]) => {
        if (how === 'drop') return [word, word.slice(0, at) + word.slice(at + 1)] as const;
        if (how === 'add') return [word, `${word.slice(0, at)}q${word.slice(at)}`] as const;
        const [a, b] = [word[at - 1], word[at]];
        return [word, word.slice(0, at - 1) + b + a + word.slice(at + 1)] as const;
      }),
  );
  fc.assert(fc.property(slipped, ([word, wrong]) => meant(wrong, words) === `; did you mean '${word}'?`));
  t.pass();
});

test('shares: percentages and text are told', (t) => {
  t.regex(
    stated(() => checkInside('epsilon', 5)),
    /got 5; did you mean 0\.05\?$/,
  );
  t.regex(
    stated(() => checkInside('epsilon', '0.01')),
    /got "0\.01"; did you mean 0\.01\?$/,
  );
  t.regex(
    stated(() => checkInside('epsilon', 500)),
    /got 500$/,
  );
  t.regex(
    stated(() => checkInside('epsilon', [0.1])),
    /got an array of 1$/,
  );
  t.regex(
    stated(() => checkInside('epsilon', null)),
    /got null$/,
  );
  t.regex(
    stated(() => checkInside('epsilon', 0, ': never')),
    /got 0: never$/,
  );
  t.is(
    stated(() => checkInside('epsilon', 0.05)),
    '',
  );
});

test('delta: a confidence is told from a chance that a promise fails', (t) => {
  t.regex(
    stated(() => checkDelta('delta', 0.95)),
    /got 0\.95; did you mean 0\.05, which is 95 % confidence\?$/,
  );
  t.regex(
    stated(() => checkDelta('delta', 99)),
    /did you mean 0\.01, which is 99 % confidence\?$/,
  );
  t.regex(
    stated(() => checkDelta('delta', 5)),
    /got 5; did you mean 0\.05\?$/,
  );
  for (const delta of [0.001, 0.05, 0.6, 0.89])
    t.is(
      stated(() => checkDelta('delta', delta)),
      '',
    );
});

test('signals: only what can be listened to', (t) => {
  t.is(
    stated(() => checkSignal(undefined)),
    '',
  );
  t.is(
    stated(() => checkSignal(new AbortController().signal)),
    '',
  );
  t.is(
    stated(() => checkSignal(AbortSignal.timeout(1_000))),
    '',
  );
  t.regex(
    stated(() => checkSignal(new AbortController())),
    /its controller; give controller\.signal/,
  );
  for (const wrong of [{}, null, 'stop', 5, () => {}])
    t.regex(
      stated(() => checkSignal(wrong)),
      /expected an AbortSignal/,
    );
});

test('values in messages are short, and say what they are', (t) => {
  t.is(show(5n), '5n');
  t.is(show(new Date(0)), 'a Date, 1970-01-01T00:00:00.000Z');
  t.is(show(new Date(Number.NaN)), 'a Date, invalid');
  t.is(show(Promise.resolve(1)), 'a promise: await it first');
  t.is(show(new Map([[1, 2]])), 'a Map of 1');
  t.is(show(new Float64Array(3)), 'a Float64Array of 3');
  t.is(show([1, 2]), 'an array of 2');
  t.is(show({ a: 1 }), 'an object with a');
  t.is(show(Symbol('x')), 'Symbol(x)');
  t.is(show('x'.repeat(100)), `"${'x'.repeat(40)}…"`);
  t.is(show('mysql://me:pass@word/@db.example/orders'), '"mysql://…@db.example/orders"');
});
