import { binomialCdf } from '../../../lib/stats/index.js';
import { atLeast, atMost, type Check } from '../../harness/checks.js';
import type { Child } from './children.js';
import { type LoadAnswer, type LoadResult, type LoadSpec, latency } from './loadSpec.js';
import type { MailModel } from './mails.js';
import { QUIET } from './neighbours.js';
import { type Bench, ms, type PartOutcome } from './part.js';
import { answerIn, textRequest, textsFor } from './requests.js';
import type { ServerCommands } from './serverCommands.js';

const ROWS = 16;
/** Milliseconds within which answers are worth something. */
const WITHIN = 100;
/** A promise counts as refuted where so many errors would have a smaller chance, were it kept. */
const LEVEL = 0.01;

export interface OverloadOutcome extends PartOutcome {
  readonly rowsPerSecond: number;
}

/** Requests at three times the capacity, to a model that refuses and to one that has modes. */
export async function overload(
  bench: Bench,
  mails: MailModel,
  { server, port }: { readonly server: Child<ServerCommands>; readonly port: number },
): Promise<OverloadOutcome> {
  const { programs, log, quick } = bench;
  const { texts } = mails;
  const count = Math.floor(texts.length / ROWS);
  const requestsTo = (model: string, timeoutMs?: number) =>
    Array.from({ length: count }, (_, i) =>
      textRequest(model, textsFor(texts, i, ROWS), {
        outputs: ['label'],
        ...(timeoutMs !== undefined && { timeoutMs }),
      }),
    );
  const load = programs.load();
  const seconds = quick ? 0.7 : 8;
  const base = { port, key: QUIET.key, pick: 0, withinMs: WITHIN } as const;
  const closed: LoadSpec = {
    ...base,
    requests: requestsTo('refuses'),
    arrivals: { kind: 'closed', at: 4, seconds },
    seed: 1,
  };
  log('overload: the capacity');
  // The best of some rounds: the first warms up, and another program may take a part of one.
  const warm = await load.ask('run', closed);
  const cpu = async (spec: LoadSpec) => {
    const before = await server.ask('used', null);
    const result = await load.ask('run', spec);
    const { cpuUs } = await server.ask('used', null);
    return { result, us: (cpuUs - before.cpuUs) / result.sent };
  };
  const { result: saturated, us: workUs } = await cpu(closed);
  const again = await load.ask('run', closed);
  const rates = [warm, saturated, again].map(({ rows, elapsedMs }) => (1_000 * rows) / elapsedMs);
  const capacity = Math.max(...rates);
  const at = (model: string, times: number) =>
    load.ask('run', {
      ...base,
      requests: requestsTo(model, WITHIN),
      arrivals: { kind: 'open', rate: (times * capacity) / ROWS, seconds },
      seed: 2,
      keep: true,
    });
  const runs: Run[] = [];
  for (const model of ['refuses', 'degrades']) {
    for (const times of quick ? [1, 3] : [0.8, 1, 1.3, 3]) {
      log(`overload: ${times} times ${capacity.toFixed(0)} rows a second to the model that ${model}`);
      runs.push(runOf(model, times, await at(model, times), mails));
    }
  }
  // What a refusal takes: the deadline of a microsecond can't be met.
  const { us: refusalUs } = await cpu({
    ...base,
    requests: requestsTo('refuses', 0.001),
    arrivals: { kind: 'closed', at: 4, seconds: quick ? 0.5 : 3 },
    seed: 3,
  });
  await load.close();
  const of = (model: string, times: number) => runs.find((run) => run.model === model && run.times === times);
  const peak = (model: string) =>
    Math.max(...runs.filter((run) => run.model === model).map((run) => run.goodput));
  const degrading = runs.filter(({ model }) => model === 'degrades');
  const errors = mails.modes.map((mode, m) => errorsOf(mode.epsilon, m, degrading));
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  const refusing = Math.max(capacity, peak('refuses'));
  const checks: Check[] = [
    atLeast('processor time of a request over that of a refusal', workUs / refusalUs, 10),
    atLeast(
      'goodput at 3 times the capacity, over the peak: refusing',
      (of('refuses', 3)?.goodput ?? 0) / refusing,
      0.9,
    ),
    atLeast(
      'goodput at 3 times the capacity, over the peak: with modes',
      (of('degrades', 3)?.goodput ?? 0) / Math.max(refusing, peak('degrades')),
      0.9,
    ),
    atMost(
      'overload: failures that aren’t the protocol’s',
      sum(({ untyped }) => untyped),
      0,
    ),
    atMost(
      'overload: answers that aren’t those of the mode that they name',
      sum(({ unflagged }) => unflagged),
      0,
    ),
    atLeast(
      'overload: rows answered by a more aggressive mode',
      degrading.reduce((total, run) => total + run.degraded, 0),
      1,
    ),
    ...errors.flatMap(({ mode, epsilon, rows, wrong, chance }): Check[] =>
      mode === 0 || rows === 0
        ? []
        : [
            {
              what: `mode ${mode}: chance of ${wrong} or more disagreements in ${rows} rows, were ${epsilon} true`,
              value: chance,
              goal: `>= ${LEVEL}`,
              ok: chance >= LEVEL,
            },
          ],
    ),
  ];
  const json = {
    capacity,
    workUs,
    refusalUs,
    rowUs: mails.rowUs,
    runs: runs.map(({ seen, ...run }) => run),
    errors,
  };
  return {
    rowsPerSecond: capacity,
    json,
    checks,
    lines: [
      ['capacity, rows a second', capacity.toFixed(0)],
      ['a request’s work, a refusal', `${workUs.toFixed(0)} us`, `${refusalUs.toFixed(0)} us`],
      ['', 'goodput', 'p99 of answers', 'refused', 'late', 'rows by more aggressive modes'],
      ...runs.map((run) => [
        `${run.model}, ${run.times} times`,
        `${run.goodput.toFixed(0)} rows/s`,
        ms(run.p99),
        String(run.refused),
        String(run.late),
        String(run.degraded),
      ]),
      ...errors.map(({ mode, epsilon, rows, wrong }) => [
        `mode ${mode}, at most ${epsilon}`,
        rows === 0 ? 'no rows' : `${((100 * wrong) / rows).toFixed(2)} % of ${rows} rows`,
      ]),
    ],
  };
}

interface Run {
  readonly model: string;
  readonly times: number;
  /** Rows a second that were answered in time. */
  readonly goodput: number;
  readonly p99: number;
  readonly refused: number;
  /** Answered, but late. */
  readonly late: number;
  readonly untyped: number;
  readonly unflagged: number;
  readonly degraded: number;
  readonly statuses: LoadResult['statuses'];
  /** Of each mode, the rows that it answered: 1 where its answer isn't the full model's. */
  readonly seen: readonly ReadonlyMap<number, number>[];
}

function runOf(model: string, times: number, result: LoadResult, mails: MailModel): Run {
  const { answers, statuses, untyped, rows, rowsInTime, sent, latencies } = result;
  const seen = mails.modes.map(() => new Map<number, number>());
  let [unflagged, degraded] = [0, 0];
  for (const answer of answers) {
    const { mode, isSound } = judge(answer, mails, seen);
    if (!isSound) unflagged++;
    if (mode > 0) degraded += ROWS;
  }
  // Those that were refused have no latency.
  const answered = { latencies: latencies.filter((each) => each !== null) };
  return {
    model,
    times,
    goodput: (1_000 * rowsInTime) / result.elapsedMs,
    p99: latency(answered, 0.99),
    refused: sent - (statuses[200] ?? 0),
    late: (rows - rowsInTime) / ROWS,
    untyped,
    unflagged,
    degraded,
    statuses,
    seen,
  };
}

/** Whether an answer is that of the mode that it names, with its promise; of a request cut into slices, of that mode or of milder ones. */
function judge(
  { request, body }: LoadAnswer,
  { modes, full, texts }: MailModel,
  seen: readonly Map<number, number>[],
) {
  const { parameters, outputs } = answerIn(body);
  const { mode = 0, epsilon, verdict } = parameters;
  const labels = outputs.find(({ name }) => name === 'label')?.data ?? [];
  let isSound = labels.length === ROWS && verdict === 'certified' && epsilon === modes[mode]?.epsilon;
  labels.forEach((label, r) => {
    const row = (request * ROWS + r) % texts.length;
    const by = modes.findLastIndex((each, m) => m <= mode && each.labels[row] === label);
    if (by < 0) isSound = false;
    seen[mode]?.set(row, label === full[row] ? 0 : 1);
  });
  return { mode, isSound };
}

/** Errors on different rows that a mode has answered, and the chance of as many, were its promise just kept. */
function errorsOf(epsilon: number | null, mode: number, runs: readonly Run[]) {
  const seen = new Map<number, number>();
  for (const run of runs) for (const [row, wrong] of run.seen[mode]) seen.set(row, wrong);
  const wrong = [...seen.values()].reduce((total, each) => total + each, 0);
  const rows = seen.size;
  const chance = epsilon === null ? 0 : 1 - binomialCdf(wrong - 1, rows, epsilon);
  return { mode, epsilon, rows, wrong, chance };
}
