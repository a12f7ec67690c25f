import test from 'ava';
import { random } from '../../../lib/stats/index.js';
import { Intake } from '../../../serve/intake/index.js';
import { WorkingTimer } from './workingTimer.js';

/** Milliseconds: until an answer is worth nothing; of the loop for a request's headers, its body, and its parsing. */
const DEADLINE = 200;
const [HEADERS, BODY, PARSING] = [0.08, 0.05, 1];
const OCTETS = 87_000;

/**
 * Requests that come by a Poisson process to a thread that does nothing but read.
 *
 * @returns how many a second were read in time
 */
async function goodput(perSecond: number): Promise<number> {
  const timer = new WorkingTimer();
  const intake = new Intake({ timer });
  const drawn = random(1);
  const end = 4_000;
  let next = 0;
  let inTime = 0;
  /** What the loop has to do: bodies that have come. */
  const bodies: (() => void)[] = [];
  const ask = (arrived: number) => {
    timer.work(HEADERS);
    const seen = intake.arrival();
    const place = intake.enter('anonymous');
    if (seen + DEADLINE < timer.now() + place.readingMs(OCTETS, false)) {
      place.leave();
      return;
    }
    const parse = () => {
      timer.work(BODY);
      if (seen + DEADLINE < timer.now() + place.readingMs(OCTETS, true)) {
        place.leave();
        return;
      }
      void place.turn(() => {
        timer.work(PARSING);
        place.wasRead(OCTETS);
        if (timer.now() <= arrived + DEADLINE) inTime++;
        // When the work's time is known.
        timer.after(0, () => place.leave());
      }, OCTETS);
    };
    const waiting = place.toBeRead(OCTETS);
    if (waiting === undefined) bodies.push(parse);
    else void waiting.then(() => bodies.push(parse));
  };
  const turn = () => {
    for (const body of bodies.splice(0)) body();
    const now = timer.now();
    while (next <= now) {
      ask(next);
      next -= (1_000 / perSecond) * Math.log1p(-drawn.uniform());
    }
    if (now < end) timer.after(now === timer.now() ? Math.max(0, next - now) : 0, turn);
  };
  timer.after(0, turn);
  await timer.run();
  return (1_000 * inTime) / end;
}

test('ten times as many requests as can be read leave seven tenths of those that can', async (t) => {
  const rates: number[] = [];
  for (const times of [0.8, 1, 3, 5, 10]) rates.push(await goodput(900 * times));
  const peak = Math.max(...rates);
  // A request that is read takes 1.13 ms.
  t.true(peak > 600, rates.join());
  // Of ten times as many, each still takes the time of its headers: .72 of a second.
  t.true(rates[2] > 0.7 * peak && rates[3] > 0.5 * peak && rates[4] > 0.2 * peak, rates.join());
});
