import test from 'ava';
import { AIMS, isReached, warningOf, waysTo } from '../../cli/optionalPackages.js';

test('an aim is reached by any of its ways, and else says what each lacks', (t) => {
  const tfjs = AIMS.find(({ backends }) => backends === 'tfjs');
  if (tfjs === undefined) return t.fail();
  t.true(isReached(tfjs, new Set(['@tensorflow/tfjs-node'])));
  const some = new Set(['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers']);
  t.false(isReached(tfjs, some));
  t.true(waysTo(tfjs, some).includes('@tensorflow/tfjs-backend-wasm'));
  const report = AIMS.find(({ aim }) => aim.includes('pictures'));
  t.deepEqual(report && waysTo(report, new Set(['linkedom'])), ['@observablehq/plot']);
});

test('every way is one of packages that its aim names', (t) => {
  for (const { packages, oneOf = [] } of AIMS) {
    for (const name of oneOf.flat()) t.true(name in packages, name);
  }
});

test('a release of ONNX Runtime that isn’t for threads is said to be none', (t) => {
  t.regex(
    warningOf('onnxruntime-node', '1.26.0') ?? '',
    /^Not for worker threads.*npm install onnxruntime-node@latest$/,
  );
  t.is(warningOf('onnxruntime-node', '1.27.0'), null);
  t.is(warningOf('onnxruntime-node', null), null);
  t.is(warningOf('ioredis', '1.0.0'), null);
});
