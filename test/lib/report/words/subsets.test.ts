import test from 'ava';
import { closenessOf } from '../../../../lib/report/words/subsets.js';
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
