import { rankingWorld } from '../../datasets/index.js';
import { DataError, logisticRegression, tuneTopK } from '../../index.js';
import { rankingFeatures, rankingFull, tuneRanking } from '../topk/world.js';
import { js, on, refused } from './mistake.js';

/** What goes wrong where the K best are asked for. */

const queries = rankingWorld({ queries: 60, candidates: 40, seed: 41 });
const right = {
  features: rankingFeatures,
  full: rankingFull,
  queries,
  k: 5,
  bound: { recall: 0.9 },
};
const ranker = await tuneRanking({ queries, k: 5, bound: { recall: 0.9 } });
const but = (change: object) => js(tuneTopK, { ...right, ...change });
const [candidates] = queries;

refused([
  ['tuneTopK: nothing', () => js(tuneTopK), /'features': expected what define\(\) returns/],
  [
    'tuneTopK: no queries',
    () => but({ queries: undefined }),
    /'queries': expected an array of arrays of candidates.*got undefined/,
  ],
  [
    'tuneTopK: one query',
    () => but({ queries: [candidates] }),
    /queries: 1; expected some to choose a plan on, and others to test it/,
    DataError,
  ],
  [
    'tuneTopK: candidates for queries',
    () => but({ queries: candidates }),
    /'queries'.*got an array of \d+ rows; if they are a pool .*, give \{ pool, size, count \}/,
  ],
  [
    'tuneTopK: empty queries',
    () => but({ queries: queries.map((query, i) => (i === 3 ? [] : query)) }),
    /query 3/,
    DataError,
  ],
  ['tuneTopK: no K', () => but({ k: undefined }), /'k': missing/],
  ['tuneTopK: K of none', () => but({ k: 0 }), /'k'.*at least 1, got 0/],
  ['tuneTopK: K of more than there are', () => but({ k: 100 }), /query \d+.*100.*40|40.*100/, DataError],
  ['tuneTopK: K as text', () => but({ k: '10' }), /'k'.*got "10"/],
  ['tuneTopK: no bound', () => but({ bound: undefined }), /'bound': missing; expected \{ recall, delta \}/],
  [
    'tuneTopK: the bound of tune',
    () => but({ bound: { epsilon: 0.05 } }),
    /'bound\.epsilon': unknown; known are recall/,
  ],
  [
    'tuneTopK: recall of 1',
    () => but({ bound: { recall: 1 } }),
    /'bound\.recall': 1: no finite number of queries/,
  ],
  [
    'tuneTopK: recall as a percentage',
    () => but({ bound: { recall: 95 } }),
    /'bound\.recall'.*got 95; did you mean 0\.95\?/,
  ],
  [
    'tuneTopK: recall and precision',
    () => but({ bound: { recall: 0.9, precision: 0.9 } }),
    /'bound': expected one of recall, precision, ndcg or metric, got recall and precision/,
  ],
  [
    'tuneTopK: delta as confidence',
    () => but({ bound: { recall: 0.9, delta: 0.95 } }),
    /'bound\.delta'.*did you mean 0\.05/,
  ],
  ['tuneTopK: a mode, of which there is one', () => but({ mode: 'exact' }), /'mode': unknown/],
  [
    'tuneTopK: a class of a regression',
    () => but({ rankClass: 'spam' }),
    /'rankClass': is for classes; regression ranks by its number/,
  ],
  [
    'tuneTopK: a learner without rows',
    () => but({ full: logisticRegression() }),
    /'rows': missing; a learner as full model is trained on rows and labels/,
  ],
  ['tuneTopK: a signal that is none', () => but({ signal: {} }), /'signal': expected an AbortSignal/],
  [
    'tuneTopK: a pool that is too small',
    () => but({ queries: { pool: candidates, size: 30, count: 10 } }),
    /'queries\.size'.*from 1 to 20, half of the pool, got 30; give larger queries as arrays of candidates/,
  ],
  [
    'tuneTopK: a pool without a count',
    () => but({ queries: { pool: candidates, size: 10 } }),
    /'queries\.count'.*at least 2, got undefined/,
  ],
  [
    'tuneTopK: bands that overlap',
    () =>
      but({
        k: [1, 10],
        bands: [
          [1, 5],
          [5, 10],
        ],
      }),
    /'bands\[1\]': begins within the one before/,
  ],
  [
    'query: no K',
    () => on(ranker, 'query', candidates),
    /'k': expected a whole number of at least 1, got undefined/,
  ],
  ['query: K of more than there are', () => ranker.query(candidates, 50), /40.*50|50.*40/, DataError],
  [
    'query: one candidate',
    () => on(ranker, 'query', candidates[0], 1),
    /candidates: expected an array or an iterable of rows, got an object/,
    DataError,
  ],
  ['query: no candidates', () => ranker.query([], 1), /candidates|candidate/, DataError],
  ['query: K in options', () => on(ranker, 'query', candidates, { k: 5 }), /'k'.*got an object with k/],
  [
    'query: a page beyond K',
    () => ranker.query(candidates, 5, { offset: 3, limit: 5 }),
    /'limit': 5 from 3 on go beyond k, 5/,
  ],
  [
    'query: a filter by a field’s name',
    () => on(ranker, 'query', candidates, 5, { filter: 'isNew' }),
    /'filter': expected a function, got "isNew"/,
  ],
  [
    'query: a signal that is none',
    () => on(ranker, 'query', candidates, 5, { signal: {} }),
    /'signal': expected an AbortSignal/,
  ],
  [
    'query: a class of a regression',
    () => on(ranker, 'query', candidates, 5, { rankClass: 'spam' }),
    /'rankClass': "spam" is no class/,
  ],
  [
    'diagnose: a metric by name',
    () => on(ranker, 'diagnose', candidates, 5, { metric: 'ndcg' }),
    /'metric'.*got "ndcg"/,
  ],
]);
