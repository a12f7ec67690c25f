// Serves what use.mjs saved: with Node, Deno, or what else has files. The runtime itself imports nothing.
import { readFileSync } from 'node:fs';
import { Cascade, define, dense, tfidf } from 'spillway/runtime';

const { rows, labels, exits } = JSON.parse(readFileSync('expected.json', 'utf8'));
const features = define({
  cheap: dense(2, (all) => Float32Array.from(all.flatMap((row) => row.cheap))),
  words: tfidf((row) => (row.cheap[0] > 0 ? 'above zero' : 'below zero')),
});
const served = await Cascade.load(readFileSync('use.cascade'), { features });
const answers = await served.predict(rows);
const same = (a, b) => a.length === b.length && a.every((item, i) => item === b[i]);
if (!same(answers.labels, labels) || !same([...answers.exits], exits))
  throw new Error('other answers than when it was saved');
console.log(`served ${rows.length} rows`);
