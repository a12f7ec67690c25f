import test from 'ava';
import { column, define, oneHot } from '../../../../lib/features/define/index.js';
import { RequestError } from '../../../../lib/protocol/messages/index.js';
import { featuresModule } from '../../../../serve/worker/hosting/module.js';

const features = define({ age: column('age'), city: oneHot(column('city')) });

test('without row, a row is an object of the inputs by name', async (t) => {
  const inputs = { age: 'FP32', city: 'BYTES', isNew: 'BOOL', visits: 'INT64' };
  const { row } = await featuresModule({ default: features, inputs });
  const tensors = {
    age: Float32Array.of(31, 47),
    city: ['Bern', 'Oslo'],
    isNew: Uint8Array.of(1, 0),
    visits: BigInt64Array.of(3n, 4n),
  };
  t.deepEqual(row(tensors, 1), { age: 47, city: 'Oslo', isNew: false, visits: 4n });
  t.deepEqual(row(tensors, 0), { age: 31, city: 'Bern', isNew: true, visits: 3n });
});

test('a row of more than a value of an input needs a function', async (t) => {
  const wide = { default: features, inputs: { age: 'FP32', pixels: { datatype: 'FP32', shape: [-1, 8] } } };
  await t.throwsAsync(featuresModule(wide), {
    instanceOf: RequestError,
    message:
      /exports undefined as 'row', and input 'pixels' has more than a value a row; expected a function/,
  });
  await t.throwsAsync(featuresModule({ ...wide, row: 1 }), {
    message: /exports 1 as 'row'; expected a function/,
  });
});
