import test from 'ava';
import { Fields } from '../../../exchange/fields.js';
import { sklearnPipeline } from '../../../exchange/index.js';
import { fingerprintOf } from '../../../exchange/sklearn/fingerprint.js';
import { encode } from '../../../lib/data/artifact/index.js';
import { ArtifactError } from '../../../lib/errors.js';
import type { JsonValue, Tensor } from '../../../lib/util/state.js';

/** Two columns of arrays, scaled, before logistic regression. */
const whole = Object.entries({
  kind: 'scikit-learn pipeline',
  version: 1,
  made: {},
  rows: { kind: 'array', columns: 2 },
  nodes: [
    { op: 'input', from: [], path: 'scale', columns: 2, as: 'numbers' },
    { op: 'affine', from: [0], path: 'scale', columns: 2 },
  ],
  cut: [{ name: 'scale', node: 1 }],
  model: { op: 'linear', path: 'lr', name: 'LR', from: 1, sums: 1, columns: 2, link: 'logistic' },
  classes: ['no', 'yes'],
  decision: null,
  leftOut: [],
  sample: { rows: [[2, 0]] },
  fittedOn: { rows: 1 },
});
const tensors = {
  '0/chosen': Int32Array.of(0, 1),
  '1/mul': Float64Array.of(1, 2),
  'model/weights': Float64Array.of(1, 1),
  'model/intercepts': Float64Array.of(-2),
  'sample/answers': Float64Array.of(0.5, 0.5),
  'fittedOn/columns': Int32Array.of(0, 1),
  'fittedOn/digests': Uint32Array.of(5, 6),
};

function fingerprint(
  changes: { readonly [name: string]: JsonValue } = {},
  changed: Readonly<Record<string, Tensor>> = {},
): string {
  const bytes = encode({
    json: { ...Object.fromEntries(whole), ...changes },
    tensors: { ...tensors, ...changed },
  });
  return sklearnPipeline(bytes).full.fingerprint ?? '';
}

test('a file with another sample, or other training rows, has the same fingerprint', (t) => {
  const own = fingerprint();
  t.regex(own, /^sha256:[0-9a-f]{64}$/);
  t.is(fingerprint({ sample: null }), own);
  t.is(fingerprint({ sample: { rows: [[0, 1]] } }), own);
  t.is(fingerprint({ fittedOn: null }), own);
  t.is(fingerprint({}, { 'fittedOn/digests': Uint32Array.of(1, 2) }), own);
  t.is(fingerprint({ made: { python: '3.9' }, leftOut: [] }), own);
  // The order of members is the writer's own.
  const bytes = encode({ json: Object.fromEntries([...whole].reverse()), tensors });
  t.is(sklearnPipeline(bytes).full.fingerprint, own);
});

test('whatever answers depend on changes the fingerprint', (t) => {
  const heavier = Float64Array.of(1 + 1e-9, 1);
  const all = [
    fingerprint(),
    fingerprint({ sample: null }, { 'model/weights': heavier }),
    fingerprint({ classes: ['other', 'labels'] }),
    fingerprint({ decision: { threshold: 0.4, class: 1 } }),
    fingerprint({}, { 'model/more': Float64Array.of() }),
    fingerprint({}, { 'model/more': Uint8Array.of() }),
  ];
  t.is(new Set(all).size, all.length);
});

test('members by another order of their names are the same, and a nest without end is damaged', (t) => {
  const of = (nodes: unknown) => fingerprintOf(Fields.of('m', { nodes }), new Map());
  t.is(of([{ a: 1, b: [2, null] }]), of([{ b: [2, null], a: 1 }]));
  t.not(of([{ a: 1, b: [2, null] }]), of([{ a: 1, b: [null, 2] }]));
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  t.throws(() => of(deep), { instanceOf: ArtifactError, message: /nested more than 500 deep/ });
});
