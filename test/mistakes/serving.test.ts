import { tableFromArrays } from 'apache-arrow';
import test from 'ava';
import { agreementWorld } from '../../datasets/index.js';
import { cached, featureCache } from '../../entries/lookup.js';
import { threadPool } from '../../entries/threads.js';
import {
  AsyncError,
  DataError,
  define,
  dense,
  FeatureError,
  MissingEvidence,
  measure,
  tfidf,
  tune,
  UsedRows,
} from '../../index.js';
import { tuneWorld } from '../support/agreement.js';
import { features, type Mail, mails, right, tuned } from './mails.js';
import { js, on, refused } from './mistake.js';

/** What goes wrong when a cascade answers, and when it is asked for something else. */

const cascade = await tuned();
/** One that is certified, and has a stage. */
const world = agreementWorld({ rows: 3_000, seed: 1 });
const certified = await tuneWorld(world, { bound: { loss: 'disagreement', epsilon: 0.05 } });
const waiting = await tune({
  ...right,
  features: define({
    ...{ size: features.get('size'), subject: features.get('subject') },
    sender: dense(1, async (rows: readonly Mail[]) => Float32Array.from(rows, ({ sender }) => sender.length)),
  }),
});
const plan = certified.plan;
/** What `measure` reads of a cascade before it predicts. */
const regression = { full: cascade.full, plan: { decision: { kind: 'value' }, classes: [] } };
const [stage] = plan.stages;
const fresh = agreementWorld({ rows: 400, seed: 2 });

test('the fixtures are what they are taken for', (t) => {
  t.is(certified.certificate.verdict, 'certified');
  t.is(plan.stages.length, 1);
});

refused([
  [
    'predict: one row in place of a batch',
    () => on(cascade, 'predict', mails[0]),
    /expected an array of rows, got an object with subject.*predictOne/,
    DataError,
  ],
  [
    'predict: a table of Arrow',
    () => on(cascade, 'predict', tableFromArrays({ size: [1] })),
    /expected an array of rows, got .*; give tableRows\(table\), of spillway\/data$/,
    DataError,
  ],
  ['predict: nothing', () => on(cascade, 'predict'), /expected an array of rows, got undefined/, DataError],
  [
    'predict: rows that are a promise',
    () => on(cascade, 'predict', Promise.resolve(mails)),
    /expected an array of rows, got a promise: await it first/,
    DataError,
  ],
  [
    'predict: an option of another name',
    () => on(cascade, 'predict', mails, { timeout: 50 }),
    /'timeout': unknown; known are .*deadlineMs/,
  ],
  [
    'predict: a mode that there isn’t',
    () => on(cascade, 'predict', mails, { mode: 'shadwo' }),
    /'mode': expected 'serve', 'shadow', got "shadwo"; did you mean 'shadow'\?/,
  ],
  [
    'predict: a deadline in words',
    () => on(cascade, 'predict', mails, { deadlineMs: '50ms' }),
    /'deadlineMs': expected milliseconds.*got "50ms"/,
  ],
  [
    'predict: a deadline that is over',
    () => on(cascade, 'predict', mails, { deadlineMs: -1 }),
    /'deadlineMs'.*got -1/,
  ],
  [
    'predict: what to do on faults, by another word',
    () => on(cascade, 'predict', mails, { onFault: 'ignore' }),
    /'onFault': expected 'throw', 'degrade', got "ignore"/,
  ],
  [
    'predict: a signal that is none',
    () => on(cascade, 'predict', mails, { signal: {} }),
    /'signal': expected an AbortSignal/,
  ],
  [
    'predict: a controller for a signal',
    () => on(cascade, 'predict', mails, { signal: new AbortController() }),
    /'signal'.*give controller\.signal/,
  ],
  [
    'predict: a callback for options',
    () => on(cascade, 'predict', mails, () => {}),
    /'options': expected an object.*got a function/,
  ],
  [
    'predict: a row that is another thing',
    () => on(cascade, 'predict', [mails[0], 'text']),
    /^feature '(subject|size)', row 1: (expected a text, got undefined|column 0 is NaN)/,
    FeatureError,
  ],
  [
    'predict: a row that isn’t there',
    () => on(cascade, 'predict', [mails[0], mails[1], null]),
    /^feature '.*'.*(row 2: failed|failed: .*an array of 3 rows)/,
    FeatureError,
  ],
  [
    'predictOne: a batch in place of a row',
    () => on(cascade, 'predictOne', mails),
    /^feature '.*': |^feature '.*', row 0: /,
    FeatureError,
  ],
  ['predictOne: nothing', () => on(cascade, 'predictOne'), /^feature '.*'.*failed/, FeatureError],
  [
    'predictOne: a number of milliseconds for options',
    () => on(cascade, 'predictOne', mails[0], 50),
    /'options': expected an object.*got 50/,
  ],
  [
    'predictOneSync: in shadow',
    () => on(cascade, 'predictOneSync', mails[0], { mode: 'shadow' }),
    /'mode': unknown/,
  ],
  [
    'predictSync: of a feature that waits',
    () => waiting.predictSync(mails),
    /predict\(\) instead of predictSync\(\)/,
    AsyncError,
  ],
  [
    'full.predict: one row',
    () => on(cascade.full, 'predict', mails[0]),
    /expected an array of rows/,
    DataError,
  ],
  [
    'full.predict: in shadow',
    () => on(cascade.full, 'predict', mails, { mode: 'shadow' }),
    /'mode': unknown/,
  ],
  [
    'warm: rows without braces',
    () => on(cascade, 'warm', mails),
    /'options': expected an object, \{ rows, maxMs \}, got an array of 60/,
  ],
  [
    'warm: one row',
    () => on(cascade, 'warm', { rows: mails[0] }),
    /'rows': expected an array of rows, got an object/,
  ],
  ['warm: no time', () => on(cascade, 'warm', { maxMs: 0 }), /'maxMs'.*milliseconds above 0, got 0/],
  ['measure: nothing', () => js(measure), /'cascade': expected what tune\(\).* got undefined/],
  [
    'measure: no rows',
    () => js(measure, cascade),
    /rows: expected an array of at least one, got undefined/,
    DataError,
  ],
  [
    'measure: an empty array of rows',
    () => js(measure, cascade, []),
    /^rows: expected an array of at least one, got an? (array of 0|empty array)/,
    DataError,
  ],
  [
    'measure: rows for the cascade',
    () => js(measure, mails, right.labels),
    /'cascade': expected what tune\(\) or Cascade\.load\(\) gave, got an array of 60/,
  ],
  [
    'measure: a cascade that is a promise',
    () => js(measure, tuned(), mails, right.labels),
    /'cascade': .*got a promise: await it first/,
  ],
  [
    'measure: one label in place of labels',
    () => js(measure, cascade, mails, ['gud']),
    /labels: 1 for 60 rows/,
    DataError,
  ],
  [
    'measure: a label that no row can have',
    () => js(measure, cascade, mails.slice(0, 2), ['spam', 'gud']),
    /labels: row 1 is "gud"; the full model knows "good", "spam"; did you mean 'good'\?/,
    DataError,
  ],
  [
    'measure: labels of another type',
    () => js(measure, cascade, mails.slice(0, 2), [0, 1]),
    /labels: row 0 is 0; the full model knows "good", "spam"$/,
    DataError,
  ],
  [
    'measure: labels of a regression that are no numbers',
    () => js(measure, regression, mails.slice(0, 2), [1, Number.NaN]),
    /^labels: row 1/,
    DataError,
  ],
  [
    'measure: a slip in an option',
    () => js(measure, cascade, mails, right.labels, { round: 3 }),
    /'round': unknown.*did you mean 'rounds'\?/,
  ],
  [
    'measure: rounds of none',
    () => js(measure, cascade, mails, right.labels, { rounds: 0 }),
    /'rounds'.*at least 1, got 0/,
  ],
  [
    'summary: a slip in what is measured',
    () => on(cascade, 'summary', { color: true }),
    /'color': unknown.*did you mean 'colour'\?/,
  ],
  [
    'report: a slip',
    () => on(cascade, 'report', { titel: 'Mails' }),
    /'titel': unknown.*did you mean 'title'\?/,
  ],
  [
    'report: hardest rows without a way to show them',
    () => on(cascade, 'report', { hardest: { rows: mails } }),
    /'hardest\.show': expected a function, got undefined/,
  ],
  [
    'report: hardest as rows',
    () => on(cascade, 'report', { hardest: mails }),
    /'hardest.*expected an object|'hardest/,
  ],

  [
    'retune: a number',
    () => on(certified, 'retune', 0.02),
    /'options': expected an object, \{ epsilon, atMost, allowVacuous \}, got 0\.02/,
  ],
  [
    'retune: a percentage',
    () => on(certified, 'retune', { epsilon: 2 }),
    /'epsilon'.*got 2; did you mean 0\.02\?/,
  ],
  [
    'retune: another delta',
    () => on(certified, 'retune', { epsilon: 0.02, delta: 0.01 }),
    /'delta': unknown; known are epsilon/,
  ],
  [
    'retune: where nothing was tested',
    () => cascade.retune({ epsilon: 0.1 }),
    /needs tested plans, and none was tested/,
    MissingEvidence,
  ],
  ['whatIf: nothing', () => on(certified, 'whatIf'), /'whatIf': expected an object, \{ objective, costs \}/],
  [
    'whatIf: the costs of a feature that there isn’t',
    () => on(certified, 'whatIf', { costs: { chaep: { perRow: 1 } } }),
    /'whatIf\.costs\.chaep': unknown; known are cheap, costly; did you mean 'cheap'\?/,
  ],
  [
    'whatIf: a cost as a number',
    () => on(certified, 'whatIf', { costs: { cheap: 2 } }),
    /'whatIf\.costs\.cheap': expected an object such as \{ perRow: 2 \}, got 2/,
  ],
  [
    'whatIf: a cost below 0',
    () => on(certified, 'whatIf', { costs: { cheap: { perRow: -1 } } }),
    /'whatIf\.costs\.cheap\.perRow'.*at least 0, got -1/,
  ],
  [
    'whatIf: an objective that there isn’t',
    () => on(certified, 'whatIf', { objective: 'speed' }),
    /'whatIf\.objective': expected 'throughput', 'latency', 'price', got "speed"/,
  ],
  [
    'explore: nothing',
    () => on(certified, 'explore'),
    /'plan': expected a plan of this cascade, got undefined/,
  ],
  [
    'explore: a threshold',
    () => on(certified, 'explore', 0.9),
    /'plan': expected a plan of this cascade, got 0\.9/,
  ],
  [
    'explore: a plan without stages',
    () => on(certified, 'explore', {}),
    /'plan': expected a plan of this cascade, got an object with no keys/,
  ],
  [
    'explore: one threshold for two classes',
    () => on(certified, 'explore', { ...plan, stages: [{ ...stage, thresholds: [0.9] }] }),
    /'plan.*thresholds'.*2.*classes|thresholds/,
  ],
  [
    'explore: a threshold as a percentage',
    () => on(certified, 'explore', { ...plan, stages: [{ ...stage, thresholds: [90, 90] }] }),
    /'plan.*thresholds.*0 to 1.*90|thresholds/,
  ],
  [
    'explore: a stage of other features',
    () => on(certified, 'explore', { ...plan, stages: [{ ...stage, features: ['costly'] }] }),
    /'plan.*costly/,
  ],
  [
    'certify: rows without braces',
    () => on(certified, 'certify', certified.path, fresh.rows),
    /'certify': expected an object, \{ rows, labels.*got an array of 400/,
  ],
  [
    'certify: no rows',
    () => on(certified, 'certify', certified.path),
    /'certify': expected an object.*got undefined/,
  ],
  [
    'certify: no plans',
    () => on(certified, 'certify', [], { rows: fresh.rows }),
    /'plans': expected at least one plan/,
  ],
  [
    'certify: the cascade for its plans',
    () => on(certified, 'certify', { rows: fresh.rows }, { rows: fresh.rows }),
    /'plan/,
  ],
  [
    'certify: rows of which too few are there',
    () => certified.certify(certified.path, { rows: fresh.rows.slice(0, 5) }),
    /certify\.rows: 5 rows, where even without a single loss \d+ are needed/,
    DataError,
  ],
  [
    'certify: rows that tuned it',
    () => certified.certify(certified.path, { rows: world.rows }),
    /3000 of 3000 rows.*were used.*Leave them out/,
    UsedRows,
  ],
  [
    'certify: labels of another number',
    () => certified.certify(certified.path, { rows: fresh.rows, labels: ['no'] }),
    /certify\.labels: 1 for 400 rows/,
    DataError,
  ],
  [
    'certify: delta as confidence',
    () => certified.certify(certified.path, { rows: fresh.rows, delta: 0.95 }),
    /'certify\.delta'.*did you mean 0\.05/,
  ],
  [
    'certify: a signal that is none',
    () => on(certified, 'certify', certified.path, { rows: fresh.rows, signal: 'stop' }),
    /'certify\.signal': expected an AbortSignal.*got "stop"/,
  ],
  [
    'certifyBatch: no epsilon',
    () => on(certified, 'certifyBatch', fresh.rows),
    /'options': expected an object, \{ epsilon.*got undefined/,
  ],
  [
    'certifyBatch: epsilon as a number',
    () => on(certified, 'certifyBatch', fresh.rows, 0.01),
    /'options': expected an object.*got 0\.01/,
  ],
  [
    'certifyBatch: no rows',
    () => certified.certifyBatch([], { epsilon: 0.01 }),
    /rows: there are none/,
    DataError,
  ],
  [
    'certifyBatch: more asked than there are',
    () => certified.certifyBatch(fresh.rows, { epsilon: 0.01, sample: 1_000 }),
    /'sample': expected a whole number from 0 to 400, got 1000/,
  ],
  [
    'certifyBatch: epsilon as a percentage',
    () => certified.certifyBatch(fresh.rows, { epsilon: 2 }),
    /'epsilon'.*did you mean 0\.02\?/,
  ],

  [
    'cached: no cache',
    () =>
      js(
        cached,
        tfidf((mail: Mail) => mail.subject),
        { key: (mail: Mail) => mail.subject },
      ),
    /'cache': expected what featureCache\(\) made, got undefined/,
  ],
  [
    'cached: a Map for a cache',
    () =>
      js(
        cached,
        tfidf((mail: Mail) => mail.subject),
        { cache: new Map(), key: () => 1 },
      ),
    /'cache'.*got a Map of 0/,
  ],
  [
    'cached: no key',
    () =>
      js(
        cached,
        tfidf((mail: Mail) => mail.subject),
        { cache: featureCache({ maxBytes: 1e6 }) },
      ),
    /'key': expected a function of a row/,
  ],
  [
    'cached: no feature',
    () => js(cached, undefined, { cache: featureCache({ maxBytes: 1e6 }), key: () => 1 }),
    /'feature': expected a feature, got undefined/,
  ],
  [
    'cached: no options',
    () =>
      js(
        cached,
        tfidf((mail: Mail) => mail.subject),
      ),
    /'options': expected an object, \{ cache, key/,
  ],
  ['featureCache: a size in words', () => js(featureCache, { maxBytes: '64MB' }), /'maxBytes'.*got "64MB"/],
  [
    'featureCache: a number',
    () => js(featureCache, 64e6),
    /'options': expected an object, \{ maxBytes.*got 64000000/,
  ],
  ['threadPool: no threads', () => js(threadPool, { threads: 0 }), /'threads'.*at least 1, got 0/],
]);
