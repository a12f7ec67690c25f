import test from 'ava';
import fc from 'fast-check';
import { errorAt, interval, intervalRule } from '../../../../lib/learn/exits/expectedError.js';
import { type ExitRule, loadRule } from '../../../../lib/learn/exits/index.js';

/** @param rows a number and its expected error each */
function decided(rule: ExitRule, rows: readonly (readonly [number, number])[]) {
  const [answers, confidence] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  rule.decide(Float64Array.from(rows.flat()), 2, answers, confidence);
  return { answers: [...answers], confidence: [...confidence] };
}

test('the smaller the expected error, the surer; what is none is never sure', (t) => {
  const rule = intervalRule(2);
  t.deepEqual(
    decided(rule, [
      [7, 0],
      [7, 2],
      [-7, 6],
    ]),
    { answers: [7, 7, -7], confidence: [1, 0.5, 0.25] },
  );
  t.is(errorAt(0.25, 2), 6);
  for (const row of [
    [7, -1],
    [7, Number.NaN],
    [Infinity, 1],
  ] as const)
    t.deepEqual(decided(rule, [row]), { answers: [Number.NaN], confidence: [Number.NaN] });
});

test('within [0, 1], alone as in a batch, and the same from its state', (t) => {
  const number = fc.double({ noDefaultInfinity: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(number, number)),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      (rows, scale) => {
        const rule = intervalRule(scale);
        const all = decided(rule, rows);
        const loaded = loadRule({ kind: 'value' }, JSON.parse(JSON.stringify(rule.state)));
        t.deepEqual(loaded.kind, rule.kind);
        t.deepEqual(decided(loaded, rows), all);
        rows.forEach((row, i) => {
          const sure = all.confidence[i];
          t.true(Number.isNaN(sure) || (sure >= 0 && sure <= 1));
          t.deepEqual(decided(rule, [row]), { answers: [all.answers[i]], confidence: [sure] });
        });
      },
    ),
  );
});

test('what it may say has no bound', (t) => {
  t.is(interval.least({ kind: 'value' }, 1, 0), 0);
});
