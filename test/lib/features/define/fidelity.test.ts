import test from 'ava';
import { learns } from '../../../../cascades/scoring/index.js';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import {
  type Feature,
  type Fidelities,
  type FittedFeature,
  fidelityOf,
  inFidelities,
  proposedNames,
  RowView,
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

// What a user's own code may return, whatever its types say.
const returning = (own: object): Fidelities<number> => ({
  propose: () => [],
  inSteps: () => [],
  ...own,
});

test('what a feature proposes is a list of different names, or it is told which feature is wrong', (t) => {
  const propose = (found: unknown) =>
    proposedNames('words', returning({ propose: () => found }), RowView.of([1]), 2);
  t.deepEqual(propose(['6', '18', '18']), ['6', '18'], 'not more than are wanted');
  const hole: unknown[] = ['6'];
  hole[2] = '7';
  const late = Promise.reject(new Error('nobody waits'));
  for (const found of [
    undefined,
    null,
    '6',
    late,
    new Set(['6']),
    [6],
    hole,
    [''],
    ['6@7'],
    ['6\n'],
    ['6', '6'],
  ])
    t.throws(() => propose(found), {
      instanceOf: FeatureError,
      message: /^feature 'words': fidelities\.propose: expected .*, got /,
    });
});

test('steps are one for each name and one for the feature, as wide as it', (t) => {
  const inSteps = (found: unknown) =>
    inFidelities(
      [{ name: 'words', fitted: { ...stepped(2), fidelities: returning({ inSteps: () => found }) } }],
      { words: ['6'] },
    );
  const step = (columns = 2) => ({ reads: [], fitted: stepped(columns) });
  t.is(inSteps([step(1), step()]).length, 2, 'versions may have other widths');
  const { fitted } = step();
  const { compute: _, ...idle } = fitted;
  const unfit: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /expected 2 steps, for 6 and the feature itself, got undefined/],
    [Promise.reject(new Error('nobody waits')), /expected 2 steps/],
    [[step()], /expected 2 steps.* got an array of 1/],
    [[step(), undefined], /'reads' and 'fitted\.compute' in step 1, got undefined/],
    [[{ fitted }, step()], /'reads' and 'fitted\.compute' in step 0/],
    [[{ reads: [], fitted: idle }, step()], /step 0/],
    [[{ reads: [null], fitted }, step()], /step 0/],
    [[step(), step(3)], /2 columns of the last step, got 3/],
  ];
  for (const [found, message] of unfit) {
    const error = t.throws(() => inSteps(found), { instanceOf: FeatureError, message });
    t.is(error.feature, 'words');
  }
  const failing = { inSteps: () => JSON.parse('{'), propose: () => [] };
  t.throws(
    () => inFidelities([{ name: 'words', fitted: { ...fitted, fidelities: failing } }], { words: ['6'] }),
    {
      instanceOf: FeatureError,
      message: /'words': its fidelities failed/,
    },
  );
});

test('a feature as its last step keeps its own state', (t) => {
  const feature = { ...stepped(2), state: { json: 'learnt', tensors: {} }, octets: 7, empty: 'nothing' };
  const [{ fitted }] = inFidelities([{ name: 'a', fitted: feature }], { a: ['1'] });
  const { state, octets, empty } = fitted;
  t.deepEqual({ state, octets, empty }, { state: feature.state, octets: 7, empty: 'nothing' });
});
