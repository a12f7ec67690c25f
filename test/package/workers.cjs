// Serves what use.mjs saved in Cloudflare's Workers, as their own local server runs them. They allow no code to be compiled from bytes.
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { Miniflare } = require('miniflare');

const worker = `
import { Cascade, define, dense, tfidf } from 'spillway/runtime';
import artifact from './use.cascade';
const features = define({
  cheap: dense(2, (all) => Float32Array.from(all.flatMap((row) => row.cheap))),
  words: tfidf((row) => (row.cheap[0] > 0 ? 'above zero' : 'below zero')),
});
export default {
  async fetch(request) {
    const served = await Cascade.load(new Uint8Array(artifact), { features });
    const { labels, exits } = await served.predict(await request.json());
    return Response.json({ labels, exits: [...exits] });
  },
};`;

(async () => {
  const { rows, labels, exits } = JSON.parse(readFileSync('expected.json', 'utf8'));
  const server = new Miniflare({
    host: '127.0.0.1',
    compatibilityDate: '2025-01-01',
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents: worker },
      {
        type: 'ESModule',
        path: 'spillway/runtime',
        contents: readFileSync(require.resolve('spillway/runtime'), 'utf8'),
      },
      { type: 'Data', path: 'use.cascade', contents: readFileSync('use.cascade') },
    ],
  });
  try {
    const answer = await server.dispatchFetch('http://127.0.0.1/', {
      method: 'POST',
      body: JSON.stringify(rows),
    });
    assert.deepEqual(await answer.json(), { labels, exits });
    console.log(`served ${rows.length} rows`);
  } finally {
    await server.dispose();
  }
})();
