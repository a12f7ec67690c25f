import test from 'ava';
import { hitCount } from '../../../detect/training/hits.js';
import { trainingWarnings } from '../../../detect/training/warnings.js';
import { near } from '../../support/near.js';

test('limits of hits, by hand: all of four, none of four, none at all', (t) => {
  const root = 0.025 ** (1 / 4);
  near(t, hitCount(4, 4).lower, root, 1e-9);
  t.is(hitCount(4, 4).upper, 1);
  near(t, hitCount(0, 4).upper, 1 - root, 1e-9);
  t.is(hitCount(0, 4).lower, 0);
  t.deepEqual(hitCount(0, 0), { passed: 0, objects: 0, lower: 0, upper: 1 });
});

test('objects needed for a hit rate: one of them is the share that may be lost', (t) => {
  const needed = (choosing: number, hitRate: number) =>
    trainingWarnings(undefined, choosing, 1, [], { hitRate, falseAlarmRate: 0.4 }).map((warning) =>
      warning.kind === 'few-validation-objects' ? warning.needed : warning.kind,
    );
  t.deepEqual(needed(15, 0.995), [200]);
  t.deepEqual(needed(199, 0.995), [200]);
  t.deepEqual(needed(200, 0.995), []);
  t.deepEqual(needed(9, 0.9), [10]);
  t.deepEqual(needed(10, 0.9), []);
  // Of any number all may be asked.
  t.deepEqual(needed(2, 1), []);
  const untested = trainingWarnings(200, 200, 0, [], { hitRate: 0.995, falseAlarmRate: 0.4 });
  t.deepEqual(
    untested.map(({ kind }) => kind),
    ['no-test-objects'],
  );
});

test('few objects without copies are warned of, with the option that makes some', (t) => {
  const rates = { hitRate: 0.995, falseAlarmRate: 0.4 };
  const [warning, ...more] = trainingWarnings(199, 200, 1, [], rates);
  t.deepEqual(more, []);
  t.like(warning, { kind: 'no-copies', objects: 199 });
  t.regex(warning.message, /Pass augment: \{ mirror: true, copies: 30 \}/);
});
