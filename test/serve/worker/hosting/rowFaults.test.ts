import test from 'ava';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { FeatureError } from '../../../../lib/errors.js';
import type { FittedFeature } from '../../../../lib/features/define/index.js';
import { RequestError } from '../../../../lib/protocol/messages/index.js';
import { rowFault } from '../../../../serve/worker/hosting/rowFaults.js';

/** A feature that fails for some rows. */
function failingFor(fails: (row: unknown) => boolean, waits = false): FittedFeature<unknown> {
  return {
    columns: 1,
    compute(view) {
      if (view.rows().some(fails)) {
        if (waits) return Promise.reject(new Error('bad row'));
        throw new Error('bad row');
      }
      return denseBlock(view.length, 1, new Float32Array(view.length));
    },
    state: { json: null, tensors: {} },
  };
}

const thrown = new FeatureError('x', undefined, 'failed: bad row');

function faultOf(
  feature: FittedFeature<unknown> | undefined,
  rows: readonly unknown[],
  sample?: unknown,
  error: unknown = thrown,
  now = () => 0,
) {
  return rowFault(error, { rows, sample, positionOf: (row) => 10 * row, feature: () => feature, now });
}

const isBad = (row: unknown) => row === 'bad';

test('a row is at fault where its feature fails for it, and computes others', (t) => {
  const fault = faultOf(failingFor(isBad), ['good', 'bad', 'bad']);
  if (!(fault instanceof RequestError)) throw new TypeError('no RequestError');
  t.is(fault.reason, 'invalid');
  t.is(fault.message, "feature 'x', row 10: failed: bad row");
  t.is(fault.cause, thrown);
});

test('where all rows fail, one that was computed before tells', (t) => {
  t.true(faultOf(failingFor(isBad), ['bad'], 'good') instanceof RequestError);
  t.is(faultOf(failingFor(isBad), ['bad']), thrown, 'nothing is known');
  t.is(
    faultOf(
      failingFor(() => true),
      ['bad'],
      'good',
    ),
    thrown,
    'the feature fails for everything',
  );
});

test('a feature that computes all rows now, or waits, or that nobody knows, blames none', (t) => {
  t.is(
    faultOf(
      failingFor(() => false),
      ['bad'],
      'good',
    ),
    thrown,
  );
  t.is(faultOf(failingFor(isBad, true), ['bad', 'good'], 'good'), thrown);
  t.is(faultOf(undefined, ['bad', 'good'], 'good'), thrown);
});

test('the row that an error names is tried first', (t) => {
  const named = new FeatureError('x', 2, 'expected a text');
  const fault = faultOf(failingFor(isBad), ['good', 'bad', 'bad'], undefined, named);
  t.is(fault instanceof RequestError && fault.message, "feature 'x', row 20: expected a text");
  t.is(
    faultOf(
      failingFor(() => true),
      ['good', 'bad', 'bad'],
      'good',
      named,
    ),
    named,
    'in an outage it is the first of all',
  );
});

test('rows are tried for 20 ms', (t) => {
  const rows = ['bad', 'bad', 'good'];
  const clock = (step: number) => {
    let time = 0;
    return () => {
      time += step;
      return time;
    };
  };
  t.true(faultOf(failingFor(isBad), rows, undefined, thrown, clock(6)) instanceof RequestError);
  t.is(faultOf(failingFor(isBad), rows, undefined, thrown, clock(11)), thrown, 'the last one was not tried');
});

test('other errors are none of a row', (t) => {
  const other = new Error('other');
  t.is(faultOf(failingFor(isBad), ['bad', 'good'], 'good', other), other);
});
