import test from 'ava';
import { random } from '../../../lib/stats/index.js';
import { forecastMap, forecastTrained, type PilotFindings } from '../../../llm/forecast/index.js';

const CLAIM = { loss: 'disagreement', epsilon: 0.05, delta: 0.05 } as const;

/** A pilot of 200 rows, the surest first: a student errs in none of the first half, and in two fifths of the others. */
function findings(rows: number, different: number, given: Partial<PilotFindings> = {}): PilotFindings {
  return {
    ...{ rows, different, ...CLAIM },
    pilot: { asked: 190, unread: 0, twice: 0, flips: 0, spent: 190, perRow: { mean: 1, error: 0 } },
    seen: {
      wrong: Uint8Array.from({ length: 200 }, (_, i) => Number(i >= 100 && i % 5 < 2)),
      trainedOn: 160,
    },
    ...{ hoursPerRow: 0, batchShare: 0.5, isBatch: false },
    ...given,
  };
}

test('rows to train on are different ones, however many are alike', (t) => {
  const { training, certified, full } = forecastMap(findings(10_000, 1_000), random(1), 600);
  t.is(training, 600);
  t.is(certified.chance, 1);
  t.true(certified.asked.low >= 600, `${certified.asked.low}`);
  t.true(certified.asked.high <= 1_000);
  t.is(full.asked.middle, 1_000);
});

test('of a table with equal rows as large a share is asked about as of one without, but for its larger sample', (t) => {
  const [plain, twins] = [10_000, 20_000].map((rows) => {
    const { certified, sample } = forecastMap(findings(rows, 10_000), random(2), 600);
    return { asked: certified.asked.middle, sample };
  });
  t.true(Math.abs(twins.asked / plain.asked - 1) < 0.1, `${twins.asked} ${plain.asked}`);
});

test('a gain that is too small is said', (t) => {
  const wrong = Uint8Array.from({ length: 200 }, (_, i) => i % 2);
  const bare = findings(10_000, 10_000, { seen: { wrong, trainedOn: 160 }, epsilon: 0.01 });
  t.regex(forecastMap(bare, random(3)).against ?? '', /fewer than 5 % of the rows are saved|nothing tells/);
  t.is(forecastMap(findings(10_000, 10_000), random(3)).against, null);
});

test('after training, what was asked counts once, and what leaves is spared', (t) => {
  const before = forecastMap(findings(4_000, 2_000), random(4), 600);
  // Of 3,000 rows left half leave, and hardly any of the rows tuned on is wrong.
  const stages = {
    rest: 3_000,
    leaving: [1_500],
    open: [1_500],
    design: { plans: 1, count: 150, errors: 10 },
    seen: {
      plans: 1,
      opens: new Int32Array(500),
      spoils: Int32Array.from({ length: 500 }, (_, i) => +(i > 2)),
    },
  };
  const { certified } = forecastTrained(
    before,
    stages,
    CLAIM,
    { asked: 500, again: 0, hoursPerRow: 0 },
    random(5),
  );
  t.is(certified.chance, 1);
  // Of 1,500 different rows left half leave; each is two rows, and is spared where neither is drawn.
  t.is(certified.asked.middle, Math.round(2_000 - 750 * 0.9 ** 2));
});

test('errors of early plans count for all rows that leave by them, though few of those trained on do', (t) => {
  const before = forecastMap(findings(4_000, 4_000), random(6), 600);
  // By the first plan 50 of the rows tuned on leave, a fifth of them wrong, and nine tenths of the table's that may.
  const firsts = (at: (row: number) => number) => Int32Array.from({ length: 500 }, (_, row) => at(row));
  const stages = {
    rest: 3_400,
    leaving: [900, 1_000],
    open: [900, 1_000],
    design: { plans: 2, count: 100, errors: 5 },
    seen: { plans: 2, opens: firsts((row) => +(row >= 50)), spoils: firsts((row) => (row < 10 ? 0 : 2)) },
  };
  const { certified } = forecastTrained(
    before,
    stages,
    CLAIM,
    { asked: 600, again: 0, hoursPerRow: 0 },
    random(7),
  );
  t.true(certified.chance < 0.1, `${certified.chance}`);
});
