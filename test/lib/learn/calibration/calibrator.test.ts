import test from 'ava';
import fc from 'fast-check';
import { ArtifactError, DataError } from '../../../../lib/errors.js';
import { identity, isotonic, platt, temperature } from '../../../../lib/learn/calibration/index.js';
import { loadCalibrator } from '../../../../lib/learn/exits/index.js';
import { anyScores } from '../exits/worlds.js';

const calibrations = { temperature, platt, isotonic };

for (const [kind, calibration] of Object.entries(calibrations)) {
  test(`${kind}: probabilities sum to 1, on the rows of the fit and on others`, (t) => {
    fc.assert(
      fc.property(anyScores, anyScores, ({ scores, classes, truth }, others) => {
        const calibrator = calibration.fit(scores, classes, truth);
        for (const table of others.classes === classes ? [scores, others.scores] : [scores]) {
          const out = table.slice();
          calibrator.apply(out, classes);
          for (let from = 0; from < out.length; from += classes) {
            const row = out.subarray(from, from + classes);
            t.true(
              row.every((p) => p >= 0 && p <= 1),
              `${row}`,
            );
            t.true(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < 1e-12, `${row}`);
          }
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test(`${kind}: the same fit again, and the calibrator from its state, answer bit for bit alike`, (t) => {
    fc.assert(
      fc.property(anyScores, ({ scores, classes, truth }) => {
        const calibrator = calibration.fit(scores, classes, truth);
        const [once, again, loaded] = [scores.slice(), scores.slice(), scores.slice()];
        calibrator.apply(once, classes);
        calibration.fit(scores, classes, truth).apply(again, classes);
        const { json, tensors } = calibrator.state;
        const back = loadCalibrator({ json: JSON.parse(JSON.stringify(json)), tensors });
        back.apply(loaded, classes);
        t.deepEqual(again, once);
        t.deepEqual(loaded, once);
        t.is(back.kind, calibrator.kind);
        t.deepEqual(back.state, calibrator.state);
      }),
      { seed: 12, numRuns: 50 },
    );
  });

  test(`${kind}: a row alone answers as in its batch`, (t) => {
    fc.assert(
      fc.property(anyScores, ({ scores, classes, truth }) => {
        const calibrator = calibration.fit(scores, classes, truth);
        const batch = scores.slice();
        calibrator.apply(batch, classes);
        truth.forEach((_, row) => {
          const alone = scores.slice(row * classes, (row + 1) * classes);
          calibrator.apply(alone, classes);
          t.deepEqual(alone, batch.slice(row * classes, (row + 1) * classes));
        });
      }),
      { seed: 13, numRuns: 50 },
    );
  });

  test(`${kind}: rows that are no distributions are left out of the fit, and become NaN`, (t) => {
    const good = Float64Array.of(0.2, 0.8, 0.6, 0.4, 0.7, 0.3);
    const rows = [...good, Number.NaN, 0.5, 0.5, Number.NaN, 0, 0, -0.1, 1.1, 0.2, Infinity];
    const bad = Float64Array.from(rows);
    const calibrator = calibration.fit(bad, 2, Int32Array.of(1, 0, 1, 1, 1, 1, 1, 1));
    t.deepEqual(calibrator.state, calibration.fit(good, 2, Int32Array.of(1, 0, 1)).state);
    calibrator.apply(bad, 2);
    t.true(bad.subarray(0, 6).every(Number.isFinite));
    t.true(bad.subarray(6).every(Number.isNaN));
  });

  test(`${kind}: a class that no row has keeps a small probability`, (t) => {
    const scores = Float64Array.of(0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.5, 0.4, 0.1, 0.3, 0.6, 0.1);
    const calibrator = calibration.fit(scores, 3, Int32Array.of(0, 1, 1, 0));
    calibrator.apply(scores, 3);
    for (let row = 0; row < 4; row++)
      t.true(scores[3 * row + 2] > 0 && scores[3 * row + 2] < 0.3, `${scores}`);
  });

  test(`${kind}: rows that can't be fitted, and scores of other widths, are refused`, (t) => {
    const scores = Float64Array.of(0.2, 0.8, 0.6, 0.4);
    const refused = (run: () => void, message: RegExp) => t.throws(run, { instanceOf: DataError, message });
    refused(() => calibration.fit(scores, 2, Int32Array.of(0, 2)), /row 1 has class 2: expected 0 … 1/);
    refused(() => calibration.fit(scores, 2, Int32Array.of(-1, 0)), /row 0 has class -1/);
    refused(() => calibration.fit(scores, 2, Int32Array.of(0)), /4 scores and 1 true classes/);
    refused(() => calibration.fit(scores, 1, Int32Array.of(0, 0, 0, 0)), /4 scores of 1 classes/);
    refused(() => calibration.fit(scores.fill(Number.NaN), 2, Int32Array.of(0, 1)), /none of 2 rows/);
    const three = calibration.fit(Float64Array.of(0.2, 0.3, 0.5), 3, Int32Array.of(0));
    refused(() => three.apply(scores, 2), /fitted to 3 classes, got 2/);
  });
}

test('identity changes nothing, whatever it is given', (t) => {
  const scores = Float64Array.of(Number.NaN, 2, 0, 0, 0.3, 0.7);
  const calibrator = identity.fit(scores, 2, Int32Array.of(0, 1, 0));
  const before = scores.slice();
  loadCalibrator(calibrator.state).apply(scores, 2);
  t.deepEqual(scores, before);
});

test('a state that is not whole is refused', (t) => {
  const scores = Float64Array.of(0.2, 0.8, 0.6, 0.4);
  const [{ state: scaled }, { state: sigmoid }, { state: steps }] = [temperature, platt, isotonic].map(
    (calibration) => calibration.fit(scores, 2, Int32Array.of(1, 0)),
  );
  for (const broken of [
    { json: null, tensors: {} },
    { json: { kind: 'beta' }, tensors: {} },
    { ...scaled, json: { kind: 'temperature', classes: 2, temperature: -1, floor: 0.1 } },
    { ...scaled, json: { kind: 'temperature', classes: 1.5, temperature: 1, floor: 0.1 } },
    { ...sigmoid, tensors: { slopes: new Float64Array(1) } },
    { ...sigmoid, json: { kind: 'platt', classes: 3, floor: 0.1 } },
    { ...steps, tensors: { ...steps.tensors, x: new Float64Array(1) } },
    { ...steps, tensors: { ...steps.tensors, lengths: new Uint32Array(1) } },
  ]) {
    t.throws(() => loadCalibrator(broken), { instanceOf: ArtifactError, message: /calibrator/ });
  }
});
