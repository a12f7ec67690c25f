// The package as an ES module sees it, in a project that has only what installing it brings.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { Cascade, define, dense, logisticRegression, tfidf, tune } from 'spillway';
import { gaussianWorld, loadMail } from 'spillway/datasets';
import { readCascade } from 'spillway/detect';
import { lightgbmModel } from 'spillway/exchange';
import { denseBlock } from 'spillway/extend';
import { microBatch, pretrained } from 'spillway/full';
import { featureCache, fetcher } from 'spillway/lookup';
import * as runtime from 'spillway/runtime';
import { prometheusMetrics } from 'spillway/telemetry';
import { onThreads } from 'spillway/threads';
import * as types from 'spillway/types';

const { rows, labels } = gaussianWorld({ rows: 400, seed: 1 });
const flat = (arrays) => Float32Array.from(arrays.flatMap((array) => [...array]));
const pipeline = (from) =>
  from.define({
    cheap: from.dense(2, (all) => flat(all.map((row) => row.cheap))),
    words: from.tfidf((row) => (row.cheap[0] > 0 ? 'above zero' : 'below zero')),
  });
const features = pipeline({ define, dense, tfidf });
const bound = { epsilon: 0.1 };
const cascade = await tune({ features, rows, labels, full: logisticRegression(), bound });
await cascade.save('use.cascade', { evidence: true });
const served = await Cascade.load('use.cascade', { features });
const answers = cascade.predictSync(rows);
// A file without rows has nothing to compare features with.
const loaded = { ...answers, unchecked: true };
assert.deepEqual(served.predictSync(rows), loaded);

// Features of either entry do for either, and either serves alike.
const light = pipeline(runtime);
const bytes = await readFile('use.cascade');
const small = await runtime.Cascade.load(bytes, { features: light });
assert.deepEqual(small.predictSync(rows), loaded);
assert.deepEqual((await Cascade.load(bytes, { features: light })).predictSync(rows), loaded);
const again = await tune({ features: light, rows, labels, full: logisticRegression(), bound });
assert.equal(again.certificate.n, cascade.certificate.n);
const path = runtime.Cascade.load('use.cascade', { features: light });
await assert.rejects(path, { name: 'OptionError', code: 'OPTION' });

// Each entry has its own, and the root none of it.
const root = await import('spillway');
const own = {
  readCascade,
  lightgbmModel,
  denseBlock,
  microBatch,
  pretrained,
  featureCache,
  fetcher,
  prometheusMetrics,
  onThreads,
};
for (const [name, value] of Object.entries(own)) {
  assert.equal(typeof value, 'function', name);
  assert.equal(name in root, false, name);
}
assert.deepEqual(Object.keys(types), []);

await assert.rejects(loadMail(), { name: 'MissingDataset', code: 'MISSING_PACKAGE' });
await assert.rejects(cascade.report(), { name: 'MissingPackage', code: 'MISSING_PACKAGE' });
// Bun has a code of its own for it.
await assert.rejects(import('spillway/lib/stats/index.js'), {
  code: /^ERR_(PACKAGE_PATH_NOT_EXPORTED|MODULE_NOT_FOUND)$/,
});
const expected = { rows, labels: answers.labels, exits: [...answers.exits] };
await writeFile(
  'expected.json',
  JSON.stringify(expected, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)),
);
console.log('an ES module imports, tunes, saves, loads and serves');
