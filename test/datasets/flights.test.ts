import test from 'ava';
import { loadFlights } from '../../datasets/index.js';

test('has the flights of January in their order, each with its delay', async (t) => {
  const { rows, labels } = await loadFlights({ months: 1 });
  t.is(rows.length, 508_239);
  t.is(labels.length, rows.length);
  t.deepEqual(rows[0], { day: 0, minute: 1, distance: 2_176, origin: 'LAS', destination: 'PHL' });
  t.is(labels[0], 33);
  let [ordered, whole] = [true, true];
  for (let i = 1; i < rows.length; i++) {
    const [before, { day, minute, origin, destination, distance }] = [rows[i - 1], rows[i]];
    ordered &&= before.day < day || (before.day === day && before.minute <= minute);
    whole &&= minute >= 0 && minute < 1_440 && distance > 0 && /^[A-Z]{6}$/.test(origin + destination);
  }
  t.true(ordered);
  t.true(whole);
  t.true(labels.every(Number.isInteger));
  t.is(new Set(rows.map(({ day }) => day)).size, 31);
});

test('refuses months that are not there', async (t) => {
  for (const months of [0, 7, 1.5]) await t.throwsAsync(loadFlights({ months }), { instanceOf: RangeError });
});
