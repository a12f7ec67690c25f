import test from 'ava';
import { tolerancesOf } from '../../../cascades/stability/settings.js';

test('tolerances other than the usual one are named; a model with a feature’s name doesn’t hide the feature’s', (t) => {
  const features = [
    { name: 'words', tolerance: 1e-5 },
    { name: 'network', tolerance: 0.01 },
    { name: 'length' },
  ];
  const models = [{ name: 'network', tolerance: 0.5 }, { name: 'length', tolerance: 0.2 }, { name: 'trees' }];
  t.deepEqual(tolerancesOf(features, models), {
    network: 0.01,
    'network (model)': 0.5,
    'length (model)': 0.2,
  });
});
