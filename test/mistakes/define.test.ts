import { define, dense, lookup, oneHot, tfidf, transform } from '../../index.js';
import { type Mail, mails } from './mails.js';
import { js, refused } from './mistake.js';

/** What goes wrong where features are named and made. */

const subject = (mail: Mail) => mail.subject;

refused([
  [
    'define: a function in place of a feature',
    () => js(define, { a: subject }),
    /'features\.a'.*got a function.*dense\(.*tfidf\(/,
  ],
  [
    'define: the features without names',
    () => js(define, [tfidf(subject)]),
    /expected named features, \{ name: tfidf\(…\) \}, got an array of 1/,
  ],
  ['define: nothing', () => js(define), /expected named features.*got undefined/],
  [
    'define: a feature named __proto__, which an object inherits from',
    () => js(define, { __proto__: tfidf(subject) }),
    /'features'.*own keys are names of features; '__proto__' can't be one: give it another name/,
  ],
  [
    'define: a feature named __proto__ of its own',
    () => js(define, { ['__proto__']: tfidf(subject), size: tfidf(subject) }),
    /'features'.*'__proto__' can't be one: give it another name/,
  ],
  ['define: no feature', () => js(define, {}), /at least one named feature/],
  [
    'define: a column’s name',
    () => js(define, { size: 'size' }),
    /'features\.size'.*got "size", made by dense/,
  ],
  [
    'define: a transform in place of a feature',
    () => js(define, { a: transform(subject) }),
    /'features\.a'.*is a transform.*tfidf\(transform\)/,
  ],
  [
    'define: a fitted model',
    () => js(define, { a: { predict: () => 1 } }),
    /'features\.a'.*an object with predict/,
  ],
  [
    'define: a feature of one’s own without reads',
    () => js(define, { a: { kind: 'own', fit: subject, load: subject } }),
    /'features\.a'.*no 'reads'; expected \[\]/,
  ],
  [
    'get: a name misspelt',
    () => js(define({ subject: tfidf(subject) }).get, 'subjct'),
    /no feature is named 'subjct'.*did you mean 'subject'\?/,
  ],

  [
    'dense: the function first',
    () => js(dense, (rows: readonly Mail[]) => new Float32Array(rows.length)),
    /'columns'.*whole number of at least 1, got a function/,
  ],
  ['dense: columns as text', () => js(dense, '2', () => new Float32Array(2)), /'columns'.*got "2"/],
  ['dense: no columns', () => js(dense, 0, () => new Float32Array(0)), /'columns'.*at least 1, got 0/],
  ['dense: no function', () => js(dense, 3), /'compute'.*expected a function/],
  ['dense: a name of a column', () => js(dense, 1, 'size'), /'compute'.*expected a function.*got "size"/],
  [
    'dense: a transform and no function',
    () => js(dense, 1, transform(subject)),
    /'compute'.*expected a function of the values of the transform/,
  ],
  [
    'dense: an unknown option',
    () => js(dense, 1, () => new Float32Array(1), { prize: 1 }),
    /'prize': unknown.*did you mean 'price'\?/,
  ],
  [
    'dense: a price in words',
    () => js(dense, 1, () => new Float32Array(1), { price: '1 ct' }),
    /'price'.*money a row.*got "1 ct"/,
  ],
  [
    'dense: a negative tolerance',
    () => js(dense, 1, () => new Float32Array(1), { tolerance: -1 }),
    /'tolerance'.*0 or more, got -1/,
  ],
  [
    'dense: live as text',
    () => js(dense, 1, () => new Float32Array(1), { live: 'yes' }),
    /'live'.*true or false, got "yes"/,
  ],

  ['tfidf: a column’s name', () => js(tfidf, 'subject'), /'source'.*a function of a row.*got "subject"/],
  ['tfidf: nothing', () => js(tfidf), /'source'.*got undefined/],
  [
    'tfidf: scikit-learn’s name of an option',
    () => js(tfidf, subject, { max_features: 100 }),
    /'max_features': unknown.*did you mean 'maxFeatures'\?/,
  ],
  [
    'tfidf: scikit-learn’s ngram_range',
    () => js(tfidf, subject, { ngram_range: [1, 2] }),
    /'ngram_range': unknown; known are .*ngrams/,
  ],
  [
    'tfidf: words as analyser',
    () => js(tfidf, subject, { analyzer: 'words' }),
    /'analyzer'.*'word', 'char'.*did you mean 'word'\?/,
  ],
  [
    'tfidf: one length of n-grams',
    () => js(tfidf, subject, { ngrams: 2 }),
    /'ngrams'.*\[shortest, longest\].*got 2/,
  ],
  [
    'tfidf: n-grams the wrong way round',
    () => js(tfidf, subject, { ngrams: [3, 1] }),
    /'ngrams'.*shortest <= longest.*\[3,1\]/,
  ],
  [
    'tfidf: minDf as a share',
    () => js(tfidf, subject, { minDf: 0.01 }),
    /'minDf'.*whole number of at least 1, got 0\.01/,
  ],
  [
    'tfidf: maxDf as a percentage',
    () => js(tfidf, subject, { maxDf: 90 }),
    /'maxDf'.*a share in \(0, 1\], got 90; did you mean 0\.9\?/,
  ],
  [
    'tfidf: a norm that there isn’t',
    () => js(tfidf, subject, { norm: 'l3' }),
    /'norm'.*'l1', 'l2', 'none', got "l3"/,
  ],
  [
    'tfidf: hashing with a vocabulary’s limits',
    () => js(tfidf, subject, { hashing: 64, minDf: 2 }),
    /'hashing'.*keeps no vocabulary.*leave them out/,
  ],
  ['tfidf: an option of null', () => js(tfidf, subject, null), /'options'.*expected an object.*got null/],
  ['oneHot: a column’s name', () => js(oneHot, 'sender'), /'source'.*got "sender"/],
  [
    'oneHot: minCount of a share',
    () => js(oneHot, subject, { minCount: 0.05 }),
    /'minCount'.*whole number.*got 0\.05/,
  ],
  [
    'oneHot: its categories',
    () => js(oneHot, subject, ['ann', 'bob']),
    /'options'.*expected an object.*got an array of 2/,
  ],
  [
    'lookup: the function alone',
    () => js(lookup, async () => new Map()),
    /'options'.*expected an object, \{ key, fetch, width.*got a function/,
  ],
  [
    'lookup: no key',
    () => js(lookup, { fetch: async () => new Map(), width: 1 }),
    /'key'.*a function of a row.*got undefined/,
  ],
  [
    'lookup: no fetch',
    () => js(lookup, { key: subject, width: 1 }),
    /'fetch'.*expected a function of keys.*got undefined/,
  ],
  [
    'lookup: a URL to fetch',
    () => js(lookup, { key: subject, fetch: 'http://here', width: 1 }),
    /'fetch'.*got "http:\/\/here"/,
  ],
  [
    'lookup: no width',
    () => js(lookup, { key: subject, fetch: async () => new Map() }),
    /'width'.*whole number.*got undefined/,
  ],
  [
    'lookup: absent of another width',
    () => js(lookup, { key: subject, fetch: async () => new Map(), width: 2, absent: [0] }),
    /'absent'.*2 finite numbers, got an array of 1/,
  ],
  [
    'lookup: a timeout in words',
    () => js(lookup, { key: subject, fetch: async () => new Map(), width: 1, timeoutMs: '50ms' }),
    /'timeoutMs'.*got "50ms"/,
  ],
  ['transform: no function', () => js(transform), /'parent'.*expected a function of a row, or a transform/],
  [
    'transform: a parent and no function',
    () => js(transform, transform(subject)),
    /'of'.*a function of the values of the parent/,
  ],
]);

// So that the table is one of mistakes and not of a broken fixture.
define({ subject: tfidf(subject) }).get('subject');
mails.forEach(subject);
