import { median } from 'simple-statistics';
import { binomialCdf } from '../../../lib/stats/index.js';
import { atLeast, atMost, type Check } from '../../harness/checks.js';
import { type LoadAnswer, type LoadResult, type LoadSpec, latency } from './loadSpec.js';
import type { MailModel } from './mails.js';
import { QUIET } from './neighbours.js';
import { type Bench, ms, type PartOutcome, roundsOf } from './part.js';
import type { Child } from './programs/children.js';
import type { ServerCommands } from './programs/serverCommands.js';
import { answerIn, textRequest, textsFor } from './requests.js';

const MODELS = ['refuses', 'degrades'];
/** Times the capacity. */
const LOADS = [0.8, 1, 1.3, 3];
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
        outputs: ['label', 'exit'],
        ...(timeoutMs !== undefined && { timeoutMs }),
      }),
    );
  const load = programs.load();
  const seconds = quick ? 0.7 : 2.5;
  const base = { port, key: QUIET.key, pick: 0, withinMs: WITHIN } as const;
  const closed: LoadSpec = {
    ...base,
    requests: requestsTo('refuses'),
    arrivals: { kind: 'closed', at: 4, seconds },
    seed: 1,
  };
  const cpu = async (spec: LoadSpec) => {
    const before = await server.ask('used', null);
    const result = await load.ask('run', spec);
    const { cpuUs } = await server.ask('used', null);
    return { result, us: (cpuUs - before.cpuUs) / result.sent };
  };
  const at = (model: string, rate: number, seed: number) =>
    load.ask('run', {
      ...base,
      requests: requestsTo(model, WITHIN),
      arrivals: { kind: 'open', rate: rate / ROWS, seconds },
      seed,
      keep: true,
    });
  log('overload: warming up');
  await load.ask('run', closed);
  const rounds: Round[] = [];
  for (let r = 0; r < roundsOf(bench); r++) {
    const { result, us } = await cpu(closed);
    const capacity = (1_000 * result.rows) / result.elapsedMs;
    log(
      `overload, round ${r + 1}: ${capacity.toFixed(0)} rows a second, and open loads of up to 3 times that`,
    );
    const runs: Run[] = [];
    for (const model of MODELS)
      for (const times of quick ? [1, 3] : LOADS)
        runs.push(runOf(model, times, await at(model, times * capacity, r + 2), mails));
    rounds.push({ capacity, workUs: us, runs });
  }
  const capacity = median(rounds.map((round) => round.capacity));
  const workUs = median(rounds.map((round) => round.workUs));
  // What a refusal takes: the deadline of a microsecond can't be met.
  const { us: refusalUs } = await cpu({
    ...base,
    requests: requestsTo('refuses', 0.001),
    arrivals: { kind: 'closed', at: 4, seconds: quick ? 0.5 : 3 },
    seed: 3,
  });
  await load.close();
  const runs = rounds.flatMap((round) => round.runs);
  const degrading = runs.filter(({ model }) => model === 'degrades');
  const errors = mails.modes.map((mode, m) => errorsOf(mode.epsilon, m, degrading));
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  const checks: Check[] = [
    atLeast('processor time of a request over that of a refusal', workUs / refusalUs, 10),
    atLeast('goodput at 3 times the capacity, over the peak: refusing', overPeak(rounds, 'refuses'), 0.9),
    atLeast('goodput at 3 times the capacity, over the peak: with modes', overPeak(rounds, 'degrades'), 0.9),
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
    rounds: rounds.map((round) => ({ ...round, runs: round.runs.map(({ seen, ...run }) => run) })),
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
      ...MODELS.flatMap((model) =>
        LOADS.map((times) => {
          const those = runs.filter((run) => run.model === model && run.times === times);
          const of = (what: (run: Run) => number) =>
            those.length === 0 ? Number.NaN : median(those.map(what));
          return [
            `${model}, ${times} times`,
            `${of(({ goodput }) => goodput).toFixed(0)} rows/s`,
            ms(of(({ p99 }) => p99)),
            ...[of(({ refused }) => refused), of(({ late }) => late), of(({ degraded }) => degraded)].map(
              String,
            ),
          ];
        }),
      ),
      ...errors.map(({ mode, epsilon, rows, wrong }) => [
        `mode ${mode}, at most ${epsilon}`,
        rows === 0 ? 'no rows' : `${((100 * wrong) / rows).toFixed(2)} % of ${rows} rows`,
      ]),
    ],
  };
}

/** One after the other, so that a change of the machine's speed meets all loads. */
interface Round {
  /** Rows a second of closed requests. */
  readonly capacity: number;
  /** Microseconds of processor a request. */
  readonly workUs: number;
  readonly runs: readonly Run[];
}

/** Goodput at three times the capacity over the round's best, the median of the rounds. */
function overPeak(rounds: readonly Round[], model: string): number {
  return median(
    rounds.map(({ capacity, runs }) => {
      const own = runs.filter((run) => run.model === model);
      const over = own.find(({ times }) => times === 3);
      return (over?.goodput ?? 0) / Math.max(capacity, ...own.map(({ goodput }) => goodput));
    }),
  );
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

/**
 * Whether an answer is that of the mode that it names, or of the full model where its exit says so (after one that was
 * late a row probes), with its promise; after one that was late it has none for a while.
 */
function judge(
  { request, body }: LoadAnswer,
  { modes, full, texts }: MailModel,
  seen: readonly Map<number, number>[],
) {
  const { parameters, outputs } = answerIn(body);
  const { mode = 0, epsilon, verdict } = parameters;
  const [labels, exits] = ['label', 'exit'].map(
    (wanted) => outputs.find(({ name }) => name === wanted)?.data ?? [],
  );
  const promised = verdict === 'degraded' ? undefined : modes[mode]?.epsilon;
  let isSound =
    labels.length === ROWS && ['certified', 'degraded'].includes(String(verdict)) && epsilon === promised;
  labels.forEach((label, r) => {
    const row = (request * ROWS + r) % texts.length;
    const by = exits[r] === modes[mode]?.stages ? full : modes[mode]?.labels;
    if (by?.[row] !== label) isSound = false;
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
