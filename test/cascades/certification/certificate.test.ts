import test from 'ava';
import {
  certificateOf,
  certifiedByBand,
  exploratory,
  type Findings,
  voided,
} from '../../../cascades/certification/index.js';

const tested = { method: 'a test', bound: 'exact', n: 500, lost: 2, upper: 0.008, rowsNeeded: null } as const;
const observed = { rows: 500, changed: 3, worse: 2, better: 1, byClass: [] };
const findings: Findings = {
  spec: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
  tested: [tested],
  reason: null,
  unit: 'rows',
  classes: ['no', 'yes'],
  labelled: true,
  observed,
  hasBand: true,
};

test('a certificate has what was found, and twice delta where a band stands beside it', (t) => {
  t.deepEqual(certificateOf(findings), {
    verdict: 'certified',
    reason: null,
    loss: 'disagreement',
    epsilon: 0.01,
    ...tested,
    delta: 0.05,
    jointDelta: 0.1,
    unit: 'rows',
    labelled: true,
    observed,
  });
  const { jointDelta, copies, seed } = certificateOf({ ...findings, hasBand: false, copies: 3, seed: 7 });
  t.deepEqual([jointDelta, copies, seed], [0.05, 3, 7]);
});

test('a reason is the verdict: the full model answers alone', (t) => {
  const { verdict, reason } = certificateOf({ ...findings, reason: 'nothing cheaper' });
  t.deepEqual([verdict, reason], ['full-model-only', 'nothing cheaper']);
});

test('several losses: its own are those of the first, and classes are the user’s labels', (t) => {
  const first = { loss: { recall: 1 }, epsilon: 0.02 };
  const all = [first, { loss: 'harm', epsilon: 0.03 }] as const;
  const certificate = certificateOf({
    ...findings,
    spec: { ...first, delta: 0.05, all },
    tested: [tested, { ...tested, lost: 4 }],
  });
  t.deepEqual(certificate.loss, { recall: 'yes' });
  t.deepEqual(
    certificate.all?.map(({ loss, epsilon, lost }) => [loss, epsilon, lost]),
    [
      [{ recall: 'yes' }, 0.02, 2],
      ['harm', 0.03, 4],
    ],
  );
});

test('what is void stays void, whichever plan is taken', (t) => {
  const certificate = certificateOf(findings);
  const without = voided(certificate, 'drift');
  t.deepEqual([without.verdict, without.reason], ['void', 'drift']);
  t.is(exploratory(without, 'pinned'), without);
  t.is(certifiedByBand(without, undefined), without);
});

test('an untested plan has nothing of the evidence before', (t) => {
  const { verdict, n, lost, upper, observed: seen } = exploratory(certificateOf(findings), 'pinned');
  t.deepEqual([verdict, n, lost, upper, seen.rows], ['exploratory', 0, 0, null, 0]);
});

test('another plan of the path is certified by the band, or the full model answers', (t) => {
  const certificate = certificateOf(findings);
  const other = certifiedByBand(certificate, { observed, total: { n: 500, lost: 9 } });
  t.deepEqual([other.verdict, other.lost, other.method], ['certified', 9, 'simultaneous band over the path']);
  const none = certifiedByBand(certificate, undefined);
  t.deepEqual([none.verdict, none.lost, none.observed.changed], ['full-model-only', 0, 0]);
});
