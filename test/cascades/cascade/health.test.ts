import test from 'ava';
import fc from 'fast-check';
import { Health, longestWait, WholeHealth } from '../../../cascades/cascade/health.js';
import { AsyncError, DeadlineError } from '../../../lib/errors.js';

/** The full model of these cascades is stage 2; calls wait for ever but where they say. */
const STAGES = 2;
const FOREVER = longestWait(undefined, false);
const fault = new Error('down');

/** How a call of one row ended: where the row left, or what was in its way. */
type End = number | Error;

function ended(health: Health, begun: number, patience: number, end: End): boolean {
  if (end instanceof Error) {
    health.failed(patience, end);
    return true;
  }
  return health.endedOne(begun, patience, {
    answer: 0,
    scores: new Float64Array(0),
    exit: end,
    degraded: false,
    faults: [],
  });
}

function call(health: Health, end: End, patience = FOREVER): boolean {
  return ended(health, health.begin(patience), patience, end);
}

function batch(exits: readonly number[], lost: readonly number[] = [], error: unknown = fault) {
  const faults = lost.length === 0 ? [] : [{ missing: 'f', error, rows: Int32Array.from(lost) }];
  return {
    answers: new Float64Array(exits.length),
    scores: new Float64Array(0),
    exits: Uint8Array.from(exits),
    degraded: new Uint8Array(exits.length),
    faults,
  };
}

test('a fault puts what follows outside the promise, until the full model answers a row again', (t) => {
  const health = new Health(STAGES);
  t.deepEqual(
    [0, 2, fault, 0, 1, fault, 1, 2, 0, 1].map((end) => call(health, end)),
    [false, false, true, true, true, true, true, false, false, false],
  );
  t.deepEqual(health.statistics(), { isDegraded: false, spells: 1, rows: 3 });
});

test('a call that has lost rows is outside with all of its rows, and ends no spell', (t) => {
  const health = new Health(STAGES);
  const run = (...answered: Parameters<typeof batch>) =>
    health.ended(health.begin(FOREVER), FOREVER, batch(...answered));
  t.false(run([0, 1, 2]));
  t.true(run([0, 0, 2], [1]));
  t.true(run([0, 1, 1]), 'nothing was lost, but nothing shown either');
  t.false(run([]), 'of no rows nothing is said');
  t.false(run([0, 0, 2]));
  t.false(run([0, 1, 1]));
  t.deepEqual(health.statistics(), { isDegraded: false, spells: 1, rows: 6 });
});

test('calls under way when a fault is found are outside, unless the full model answers all of their rows', (t) => {
  const health = new Health(STAGES);
  const begun = health.begin(FOREVER);
  call(health, fault);
  t.true(ended(health, begun, FOREVER, 0));
  t.false(ended(health, begun, FOREVER, 2), 'it loses nothing');
  t.true(call(health, 0), 'but what began before the fault shows nothing');
  const again = health.begin(FOREVER);
  t.false(call(health, 2));
  t.true(ended(health, again, FOREVER, 0), 'it began in the spell');
  t.false(call(health, 0));
});

test('a deadline that is missed concerns calls that wait no longer, one that is met those from it on', (t) => {
  const health = new Health(STAGES);
  t.true(call(health, new DeadlineError(50), 50));
  t.false(call(health, 0));
  t.false(call(health, 0, 100));
  t.true(call(health, 0, 50));
  t.true(call(health, 0, 10));
  t.false(call(health, 2, 30));
  t.false(call(health, 0, 50));
  t.true(call(health, 0, 10), 'a shorter one has not been shown to do');
  t.false(call(health, 2, 10));
  t.false(call(health, 0, 10));
  t.false(health.statistics().isDegraded);
});

test('rows that could not be answered at once concern calls that cannot wait', (t) => {
  const health = new Health(STAGES);
  const atOnce = longestWait(undefined, true);
  t.true(call(health, new AsyncError('a feature'), atOnce));
  t.true(call(health, 0, atOnce));
  t.false(call(health, 0));
  t.false(call(health, 0, longestWait(0, false)));
  t.true(call(health, fault, atOnce));
  t.true(call(health, 0), 'a fault concerns all');
});

test('faults of the whole pipeline are told, its answers end nothing', (t) => {
  const health = new Health(STAGES);
  const whole = new WholeHealth(health);
  whole.failed(50, new DeadlineError(50));
  t.false(call(health, 0, 50));
  whole.failed(FOREVER, fault);
  t.false(whole.ended());
  t.false(whole.endedOne());
  t.true(call(health, 0));
  t.false(call(health, 2));
});

test('a cascade without stages is never degraded: what answers is the full model', (t) => {
  const health = new Health(0);
  call(health, fault);
  t.false(call(health, 0));
  t.false(health.statistics().isDegraded);
});

test('deadlines within a factor of two have one spell, and each row of the full model ends one', (t) => {
  const health = new Health(STAGES);
  t.true(call(health, new DeadlineError(33), 33));
  t.true(call(health, 0, 63));
  t.false(call(health, 0, 64));
  t.true(call(health, new DeadlineError(64), 64));
  t.true(call(health, fault, 128));
  t.is(health.statistics().spells, 3);
  t.false(call(health, 2, 40), 'it ends the fault');
  t.false(call(health, 0, 128));
  t.true(call(health, 0, 64));
  t.false(call(health, 2, 40), 'the spell of 64 ms');
  t.false(call(health, 0, 64));
  t.true(call(health, 0, 40), 'a row was lost here too');
  t.false(call(health, 2, 40));
  t.false(call(health, 0, 40));
});

test('many rows end as many spells', (t) => {
  const health = new Health(STAGES);
  for (const ms of [2, 4, 8]) t.true(call(health, new DeadlineError(ms), ms));
  const run = (exits: readonly number[]) => health.ended(health.begin(2), 2, batch(exits));
  t.true(run([0, 2, 2]));
  t.false(run([0, 2]));
  t.false(run([0]));
});

test('a deadline inside of a feature is a fault of a call that waits for ever', (t) => {
  const health = new Health(STAGES);
  t.true(call(health, new DeadlineError(50)));
  t.true(call(health, 0));
  t.false(call(health, 2));
  t.false(call(health, 0));
});

test('certified answers are as many as rows that began outside spells, but for one of each octave at most', (t) => {
  // Of those the mean loss is the certificate's, since nothing of a row is known when it begins. So the certified
  // answers lose no more than epsilon of as many rows and one of each spell, whatever fails and however that depends
  // on rows.
  const row = fc.record({
    needs: fc.integer({ min: 0, max: STAGES }),
    fails: fc.boolean(),
    isDown: fc.boolean(),
    // Deadlines of eight octaves.
    patience: fc.oneof(fc.constant(FOREVER), fc.integer({ min: 1, max: 255 })),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 200 }), fc.boolean(), (given, isSawtooth) => {
      // Deadlines that rise while all is down, and start anew with a row of the full model's: as bad as they can be.
      const teeth = given.map((row, i) =>
        i % 10 === 0
          ? { ...row, needs: STAGES, fails: false, patience: 1 }
          : { ...row, fails: true, isDown: false, patience: 20 * (i % 10) },
      );
      const rows = isSawtooth ? teeth : given;
      const health = new Health(STAGES);
      let [wouldLose, lost, sound, certified] = [0, 0, 0, 0];
      const octaves = new Set<number>();
      for (const [i, { needs, fails, isDown, patience }] of rows.entries()) {
        // What a row that isn't answered by the full model loses may be anything.
        const loss = needs === STAGES ? 0 : (i % 7) / 7;
        // Whether the call begins in a spell shows in what an exit's verdict would be.
        const isSound = !call(health, 0, patience);
        sound += Number(isSound);
        if (isSound) wouldLose += loss;
        const isMiss = !isDown && patience < FOREVER;
        if (isMiss) octaves.add(Math.floor(Math.log2(patience)));
        const failure = isMiss ? new DeadlineError(patience) : fault;
        if (call(health, fails && needs > 0 ? failure : needs, patience)) continue;
        certified++;
        lost += loss;
      }
      t.true(lost <= wouldLose + 1e-9);
      t.true(certified >= sound - 1 - octaves.size);
    }),
    { numRuns: 500 },
  );
});
