// What threads import: the features of use.mjs.
const { define, dense, tfidf } = require('spillway');

const flat = (arrays) => Float32Array.from(arrays.flatMap((array) => [...array]));
exports.features = define({
  cheap: dense(2, (all) => flat(all.map((row) => row.cheap))),
  words: tfidf((row) => (row.cheap[0] > 0 ? 'above zero' : 'below zero')),
});
