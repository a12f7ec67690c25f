/** The process of a storm: it asks about all rows, by batches and at once, and is killed at it. */
import { writeFileSync } from 'node:fs';
import { chatModel } from '../../entries/llm.js';
import { BudgetStop } from '../../index.js';
import { rowBlock } from '../../lib/data/blocks/index.js';
import { STORM_LABELS, type StormPlan, stormPrompt, stormText } from './stormPlan.js';

/** Exit codes: of a budget stop, and of an error of the server. */
const [STOPPED, FAILED] = [3, 4];

const plan: StormPlan = JSON.parse(process.argv[2] ?? '{}');
const { baseURL, journal, rows, maxPrice, prices, concurrent, out } = plan;
const all = Array.from({ length: rows }, (_, row) => stormText(row));
const model = chatModel({
  baseURL,
  model: 'small',
  labels: STORM_LABELS,
  unparsed: 'other',
  labelsInPrompt: false,
  prompt: stormPrompt,
  journal,
  prices,
  maxPrice,
  maxTokens: 8,
  timeoutMs: 400,
  batch: { pollMs: 5, least: 10, maxRequests: 40 },
  limits: { concurrent },
});

async function answersTo(some: readonly string[], ask: number): Promise<string[]> {
  const scores = new Float64Array(some.length * STORM_LABELS.length);
  await model.score([rowBlock(some)], scores, { ask });
  return some.map((_, row) => {
    const own = scores.subarray(row * STORM_LABELS.length, (row + 1) * STORM_LABELS.length);
    return STORM_LABELS[own.indexOf(Math.max(...own))] ?? 'none';
  });
}

try {
  // Half of the rows as rounds, of which one is asked twice; the others at once, in calls that overlap and repeat rows.
  const half = all.slice(0, rows / 2);
  await Promise.all([model.readAhead?.(half), model.readAhead?.(half.slice(0, rows / 4), { ask: 1 })]);
  const calls = Array.from({ length: 10 }, (_, c) => all.slice((c * rows) / 12, ((c + 3) * rows) / 12));
  await Promise.all(calls.map((call) => answersTo(call, 0)));
  const first = await answersTo(all, 0);
  const second = await answersTo(all.slice(0, rows / 4), 1);
  writeFileSync(out, JSON.stringify({ first, second, account: await model.account(), counts: model.counts }));
  await model.close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(error instanceof BudgetStop ? STOPPED : FAILED);
}
