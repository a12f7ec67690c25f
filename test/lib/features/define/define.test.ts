import test from 'ava';
import { OptionError } from '../../../../lib/errors.js';
import { define, dense, type FeatureSet, oneHot } from '../../../../lib/features/define/index.js';

const length = dense(1, (rows: readonly string[]) => Float32Array.from(rows, (row) => row.length));
const initial = oneHot((row: string) => row.charAt(0));

test('features keep their names and their order', (t) => {
  const features = define({ length, initial });
  t.deepEqual(features.names, ['length', 'initial']);
  t.is(features.get('length'), length);
  t.is(features.get('initial'), initial);
});

test('no features, or one that is not there, is an error that says what there is', (t) => {
  t.throws(() => define({}), {
    instanceOf: OptionError,
    message: /'features': expected at least one named feature/,
  });
  const features: FeatureSet<string> = define({ length, initial });
  for (const name of ['lenght', 'toString', '']) {
    t.throws(() => features.get(name), {
      instanceOf: OptionError,
      message: `option 'features': no feature is named '${name}'; there are length, initial${
        name === 'lenght' ? "; did you mean 'length'?" : ''
      }`,
    });
  }
});

test('__proto__ names no feature: in a literal it is what the object inherits from', (t) => {
  const named: Record<string, typeof initial> = JSON.parse('{ "__proto__": 1 }');
  for (const features of [{ __proto__: initial }, { length, __proto__: initial }, named]) {
    t.throws(() => define(features), {
      instanceOf: OptionError,
      message: /'features': .*'__proto__' can't be one: give it another name/,
    });
  }
  t.deepEqual(define({ constructor: length, toString: initial }).names, ['constructor', 'toString']);
});
