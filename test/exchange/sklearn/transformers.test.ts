import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { agrees, type TransformerCase } from './transformers.js';

const file = new URL('../../fixtures/sklearn/transformers/transformers.jsonl.gz', import.meta.url);

for (const line of gunzipSync(readFileSync(file)).toString().trim().split('\n')) {
  const given: TransformerCase = JSON.parse(line);
  test(`${given.name} gives scikit-learn's numbers`, (t) => agrees(t, given));
}
