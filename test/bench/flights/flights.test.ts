import test from 'ava';
import { priorsOf } from '../../../bench/flights/data.js';

const flight = (origin: string, destination: string, day: number, minute: number) => ({
  day,
  minute,
  distance: 100,
  origin,
  destination,
});

test('what is known of airports, by hand: shares drawn towards what is usual', (t) => {
  // Two of four flights are late, both from A, at seven o'clock.
  const flights = [
    flight('A', 'B', 0, 7 * 60),
    flight('A', 'B', 0, 7 * 60 + 59),
    flight('A', 'C', 1, 8 * 60),
    flight('B', 'A', 1, 60),
  ];
  const priors = priorsOf(flights, [60, 90, 59, -5]);
  const a = priors.get('A');
  t.is(a?.size, 3 / 2);
  // Twenty more of which half are late.
  t.is(a?.leaving, 12 / 23);
  t.is(a?.arriving, 10 / 21);
  t.is(a?.byHour[7], (2 + 20 * (12 / 23)) / 22);
  t.is(a?.byHour[8], (20 * (12 / 23)) / 21);
  t.is(a?.byHour[9], a?.leaving);
  t.is(priors.get('B')?.arriving, 12 / 22);
  t.is(priors.get('C')?.size, 0);
  t.is(priors.get('C')?.leaving, 0.5);
  t.is(priors.get('D'), undefined);
});
