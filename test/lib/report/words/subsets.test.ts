import test from 'ava';
import { closenessOf, importanceWords } from '../../../../lib/report/words/subsets.js';
import { sample } from '../sample.js';

const [subset] = sample.subsets;
const regression = { isRegression: true, certificate: { ...sample.certificate, scale: 4 } };

test('classes agree, numbers differ in the units of the answers', (t) => {
  const agreement = closenessOf(sample);
  t.is(agreement.head, 'Agreement');
  t.is(agreement.show(subset), '87.10 %');
  const difference = closenessOf(regression);
  t.is(difference.head, 'Mean difference');
  // (1 - 0.871) x 4.
  t.is(difference.show(subset), '0.516');
  t.regex(difference.meaning, /differences above 4 count as 4/);
});

test('where no one scale is known, or several losses are certified, the loss has no unit', (t) => {
  const own = closenessOf({ isRegression: true, certificate: sample.certificate });
  t.is(own.head, 'Mean loss');
  t.is(own.show(subset), '0.129');
  const all = closenessOf({ ...regression, certificate: { ...regression.certificate, all: [] } });
  t.is(all.head, 'Mean loss');
});

test('an importance says of which model, on which rows and against what', (t) => {
  const of = (more: object) => ({
    ...sample,
    features: sample.features.map((each) => ({ ...each, importance: { mean: 0.1, spread: 0.01, ...more } })),
  });
  t.is(
    importanceWords(of({ rows: 2_000, against: 'answers' })),
    'importance in points of accuracy that the full model, or one of its kind, loses when the feature is shuffled, on ' +
      "2,000 rows to tune on that it wasn't fitted to, against the full model's own answers (there were no labels), " +
      'with its standard deviation',
  );
  t.regex(importanceWords(of({ rows: 10, against: 'labels' })) ?? '', /on 10 rows .*, against the labels,/);
  // Profiles of earlier versions don't have it.
  t.notRegex(importanceWords(of({})) ?? 'against', /against/);
  t.is(importanceWords({ ...sample, features: [{ name: 'a', cost: 1, costSpread: 0 }] }), undefined);
});
