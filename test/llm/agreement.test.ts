import test from 'ava';
import { random } from '../../lib/stats/index.js';
import { systemTimer } from '../../lib/util/timer.js';
import { Agreement } from '../../llm/agreement.js';
import { AskProgress } from '../../llm/askProgress.js';
import type { TableClaim } from '../../llm/certifiedRest.js';
import type { MapForecast, OutcomeForecast } from '../../llm/forecast/index.js';
import { RowBudget } from '../../llm/rowBudget.js';

const claim: TableClaim = { loss: 'excessDisagreement', epsilon: 0.2, delta: 0.05, seed: 'fixed' };

/** What was agreed to: up to 3,000 rows, and so many questions once more. */
function agreedTo(again: number): MapForecast {
  const range = (middle: number) => ({ low: middle, middle, high: middle });
  const outcome: OutcomeForecast = {
    ...{ chance: 1, asked: range(3_000), again, money: range(0), hours: 0 },
  };
  return {
    ...{ after: 'pilot', rows: 4_000, different: 4_000, training: 1_000, sample: 300 },
    pilot: { asked: 200, unread: 0, twice: 200, flips: 10, spent: 0, perRow: { mean: 0, error: 0 } },
    certified: outcome,
    full: { ...outcome, chance: 0.5 },
    all: { live: 0, batch: 0 },
    against: null,
  };
}

test('in excess questions are held against what was agreed, the second ones among them', async (t) => {
  const budget = new RowBudget(undefined, 0, undefined, { isUsed: false, share: 0.5 });
  const progress = new AskProgress(budget, systemTimer, undefined, undefined);
  // All that is left leaves, and its sample is a large one.
  const stages = {
    ...{ rest: 3_000, leaving: [3_000], open: [3_000] },
    design: { plans: 1, count: 1_500, errors: 0 },
    seen: { plans: 1, opens: new Int32Array(1_000), spoils: new Int32Array(1_000).fill(1) },
  };
  const asksAgain = async (again: number) => {
    const told: MapForecast[] = [];
    const onForecast = (forecast: MapForecast) => told.push(forecast) > 0;
    const book = { asked: 1_000, askedAgain: 200 };
    const agreement = new Agreement({ onForecast }, budget, progress, book, random(1));
    t.true(await agreement.stillMayGoOn(agreedTo(again), stages, claim));
    t.is(agreement.afterTraining?.certified.again, 1_700);
    t.true((agreement.afterTraining?.certified.asked.high ?? 9_999) < 3_000);
    return told.length === 1;
  };
  t.true(await asksAgain(400));
  t.false(await asksAgain(1_700));
});
