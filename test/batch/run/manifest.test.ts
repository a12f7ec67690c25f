import test from 'ava';
import fc from 'fast-check';
import { type CommittedUnit, type Manifest, mergeManifests } from '../../../batch/run/index.js';
import { manifestOf, manifestText, totalsOf } from '../../../batch/run/manifest.js';
import { RunError } from '../../../lib/errors.js';

/** Laws of merging what parts of a run have. */

const unit = (index: number, digest = `${index}`): CommittedUnit => ({
  key: `${index % 7}${index}`,
  ...{ index, digest, input: 'a.jsonl', rows: index, bytes: 10 * index, source: '', exits: [index, 1] },
  ...{ degraded: 0, errors: 1, verdict: { error: 1, certified: index } },
});
/** Parts of one run, some of the same units. */
const part = fc.uniqueArray(fc.nat(30), { maxLength: 20 }).map(
  (indices): Manifest =>
    manifestOf(
      'm',
      indices.map((index) => unit(index)),
    ),
);

test('merging is commutative, associative and idempotent, to the byte', (t) => {
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      const text = (manifest: Manifest) => manifestText(manifest);
      t.is(text(mergeManifests(a, b)), text(mergeManifests(b, a)));
      t.is(text(mergeManifests(mergeManifests(a, b), c)), text(mergeManifests(a, mergeManifests(b, c))));
      t.is(text(mergeManifests(a, a)), text(a));
      t.is(mergeManifests(a, b).units.length, new Set([...a.units, ...b.units].map(({ key }) => key)).size);
    }),
  );
});

test('a manifest is JSON with a unit a line, in the order of their numbers', (t) => {
  const text = manifestText(manifestOf('m', [unit(2), unit(1)]));
  t.deepEqual(JSON.parse(text), { version: 1, model: 'm', units: [unit(1), unit(2)] });
  t.is(text.split('\n').length, 5);
});

test('two outputs of a unit, and parts of two models, are refused by name', (t) => {
  const a = manifestOf('m', [unit(1)]);
  const message = /unit 11 of a\.jsonl has two outputs, 1 and x/;
  t.throws(() => mergeManifests(a, manifestOf('m', [unit(1, 'x')])), { instanceOf: RunError, message });
  t.throws(() => mergeManifests(a, manifestOf('n', [])), { instanceOf: RunError, message: /models m and n/ });
});

test('totals add up units', (t) => {
  t.deepEqual(totalsOf([unit(2), unit(3)]), {
    ...{ rows: 5, exits: [5, 2], degraded: 0, errors: 2 },
    verdict: { error: 2, certified: 5 },
  });
});
