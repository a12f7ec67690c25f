import test from 'ava';
import { learns } from '../../../../cascades/scoring/index.js';
import { OptionError } from '../../../../lib/errors.js';
import {
  type Feature,
  type Fidelities,
  type FittedFeature,
  fidelityOf,
  inFidelities,
  versionOf,
} from '../../../../lib/features/define/index.js';

/** A fitted feature that says how much of it is read. */
function stepped(columns: number): FittedFeature<number> {
  const fitted = (): FittedFeature<number> => ({
    columns,
    compute: () => ({ kind: 'dense', rows: 0, columns, values: new Float32Array(0) }),
    state: { json: null, tensors: {} },
  });
  const fidelities: Fidelities<number> = {
    propose: () => [],
    inSteps: (at) => [...at, 'all'].map(() => ({ reads: [], fitted: fitted(), own: { price: columns } })),
  };
  return { ...fitted(), fidelities };
}

test('versions stand after all features, in the order of features, and bases become their last step', (t) => {
  const features = ['a', 'b', 'c'].map((name, i) => ({ name, fitted: stepped(i + 1) }));
  const all = inFidelities(features, { c: ['1'], a: ['2', '30'] });
  t.deepEqual(
    all.map(({ name }) => name),
    ['a', 'b', 'c', 'a@2', 'a@30', 'c@1'],
  );
  t.deepEqual(
    all.map(({ fitted }) => fitted.columns),
    [1, 2, 3, 1, 1, 3],
  );
  t.deepEqual(
    all.map(({ own }) => own?.price),
    [1, undefined, 3, 1, 1, 3],
  );
  t.is(all[1].fitted, features[1].fitted);
  t.not(all[0].fitted, features[0].fitted);
  t.deepEqual(fidelityOf('a@30', { a: ['2', '30'] }), { feature: 'a', step: 1 });
});

test('versions learn if their feature does', (t) => {
  const feature = { kind: 'k', reads: [], load: () => stepped(1) };
  const version = (own: Pick<Feature<number>, 'fit' | 'learns'>) => versionOf({ ...feature, ...own }, {});
  t.false(learns(version({ fit: () => stepped(1) })));
  t.true(learns(version({ fit: (view) => stepped(view.length) })));
  t.true(learns(version({ fit: () => stepped(1), learns: true })));
  t.false(learns(version({ fit: (view) => stepped(view.length), learns: false })));
});

test('versions of what has none are refused', (t) => {
  const plain = { ...stepped(1), fidelities: undefined };
  for (const name of ['a', 'b'])
    t.throws(() => inFidelities([{ name: 'a', fitted: plain }], { [name]: ['1'] }), {
      instanceOf: OptionError,
      message: new RegExp(`fidelities.${name}`),
    });
});
