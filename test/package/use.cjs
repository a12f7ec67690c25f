// The package as a CommonJS module sees it: one and the same code.
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const spillway = require('spillway');
const runtime = require('spillway/runtime');
const { gaussianWorld } = require('spillway/datasets');

(async () => {
  assert.equal(spillway.tune, (await import('spillway')).tune);
  assert.equal(runtime.Cascade, (await import('spillway/runtime')).Cascade);
  assert.equal(require('spillway/full').microBatch, (await import('spillway/full')).microBatch);
  assert.equal(gaussianWorld({ rows: 4, seed: 1 }).rows.length, 4);
  const features = runtime.define({ one: runtime.dense(1, (rows) => new Float32Array(rows.length)) });
  await assert.rejects(runtime.Cascade.load(readFileSync('use.cjs'), { features }), { code: 'ARTIFACT' });
  const { rows, labels } = JSON.parse(readFileSync('expected.json', 'utf8'));
  const threaded = await spillway.Cascade.onThreads('use.cascade', './features.cjs', { threads: 2 });
  assert.deepEqual((await threaded.predict(rows)).labels, labels);
  await threaded.close();
  console.log('a CommonJS module requires it');
})();
