import test from 'ava';
import fc from 'fast-check';
import { combine, decode, encode, separate } from '../../../../lib/data/artifact/index.js';
import { ArtifactError } from '../../../../lib/errors.js';
import type { State } from '../../../../lib/util/state.js';

const name = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom('a/b', '~1', '~0/', '__proto__', '__metadata__', ''),
);

const state: fc.Arbitrary<State> = fc.record({
  json: fc.oneof(fc.integer(), fc.constant(null), fc.array(fc.string())),
  tensors: fc.array(fc.tuple(name, fc.uint8Array())).map((all) => Object.fromEntries(all)),
});

const states = fc.array(fc.tuple(name, state)).map((all): Record<string, State> => Object.fromEntries(all));

test('tensors are named after their state', (t) => {
  const idf = Float64Array.of(1, 2);
  const combined = combine({
    words: { json: { terms: 2 }, tensors: { idf } },
    'a/b': { json: 0, tensors: { x: idf } },
  });
  t.deepEqual(combined, {
    json: { words: { terms: 2 }, 'a/b': 0 },
    tensors: { 'words/idf': idf, 'a~1b/x': idf },
  });
});

test('what is combined separates into the same states, whatever their names', (t) => {
  fc.assert(
    fc.property(states, (named) => {
      t.deepEqual(separate(combine(named)), named);
    }),
  );
});

test('states nest, through the file and back', (t) => {
  fc.assert(
    fc.property(states, states, (features, models) => {
      const file = encode(combine({ features: combine(features), models: combine(models) }));
      const back = separate(decode(file));
      t.deepEqual(Object.keys(back), ['features', 'models']);
      // Tensors are views of one file here, and are ordered by type and name.
      t.deepEqual(plain(separate(back.features)), plain(features));
      t.deepEqual(plain(separate(back.models)), plain(models));
    }),
  );
});

test('a state that was not combined is refused', (t) => {
  const cases: [State, RegExp][] = [
    [{ json: 3, tensors: {} }, /another kind of JSON/],
    [{ json: [], tensors: {} }, /another kind of JSON/],
    [
      { json: { a: 0 }, tensors: { b: Uint8Array.of(1) } },
      /tensor 'b' belongs to none of the combined states a/,
    ],
    [{ json: { a: 0 }, tensors: { 'b/c': Uint8Array.of(1) } }, /tensor 'b\/c' belongs to none/],
    [{ json: {}, tensors: { 'constructor/c': Uint8Array.of(1) } }, /belongs to none/],
  ];
  for (const [bad, message] of cases) {
    const error = t.throws(() => separate(bad), { instanceOf: ArtifactError, message });
    t.true(error instanceof ArtifactError && error.reason === 'mismatch');
  }
});

function plain(named: Record<string, State>): unknown {
  return Object.entries(named).map(([key, { json, tensors }]) => [
    key,
    json,
    Object.entries(tensors)
      .map(([tensor, values]) => `${tensor}: ${values.constructor.name} ${values}`)
      .sort(),
  ]);
}
