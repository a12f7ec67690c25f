import { average, median, sum } from 'simple-statistics';
import { gradientBoosting, type Model, type Profile, tuneTopK } from 'spillway';
import { RowView } from 'spillway/extend';
import type { Block } from '../../lib/data/blocks/index.js';
import { random } from '../../lib/stats/index.js';
import { type FlightRow, type FlightsProblem, flightsProblem } from '../flights/data.js';
import { type FlightFeature, flightFeatures, openFlights } from '../flights/features.js';
import { atLeast, atMost, below, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave } from '../harness/measure.js';
import { type FilterQuery, PRECISION, redrawn, WILLUMP_RULES, willumpRatio } from '../peers/filters.js';
import { DUCKDB } from '../peers/known.js';
import {
  costAtRecall,
  costOfAll,
  costsIn,
  filterBy,
  filteredBy,
  idealOf,
  type Period,
  rankedBy,
  type Tuned,
} from './period.js';

const K = 20;
const DELTA = 0.05;
const CHEAP = ['calendar', 'airports'] as const;
const FULL = gradientBoosting({ rounds: 200 });
const FEW = gradientBoosting({ rounds: 50 });
/** Queries on the clock. */
const TIMED = 20;
const ROUNDS = 5;

const BOUNDS = {
  mean: { recall: PRECISION, delta: DELTA },
  share: { recall: PRECISION, share: 0.95, delta: DELTA },
} as const;
const RANKED = 'certified ranking of flights';
type Promised = keyof typeof BOUNDS;

/**
 * Which 20 of an airport's departures of a day are most at risk of a long delay? Models learn from January to March, queries of April and
 * May are certified on, others of these months and of June are only looked at.
 */
export const topkFlights: Workload = {
  peers: () => [{ peer: DUCKDB, checks: [RANKED] }],
  async run({ seeds, quick, log }) {
    const [seed] = seeds ?? [1];
    const database = await openFlights();
    if (typeof database === 'string') {
      const checks = [leftOut(RANKED, 'to be run', database)];
      return { json: { workload: 'topk-flights', checks }, table: database };
    }
    try {
      const sizes = quick
        ? { train: 3_000, queries: 100, fresh: 10 }
        : { train: 15_000, queries: 300, fresh: 60 };
      log('flights');
      const problem = await flightsProblem(sizes.train, random(seed).fork('flights'));
      const features = flightFeatures(problem.priors, database);
      const queries = problem.spring.slice(0, sizes.queries);
      const periods = {
        spring: problem.spring.slice(sizes.queries, sizes.queries + sizes.fresh),
        june: problem.june.slice(0, sizes.fresh),
      };
      const rankers: Partial<Record<Promised, Tuned>> = {};
      let profile: Profile<FlightFeature> | undefined;
      for (const promised of ['mean', 'share'] as const) {
        log(`a promise of the ${promised}`);
        const ranker: Tuned = await tuneTopK({
          // Real rows repeat by nature: each is a draw.
          repeats: true,
          features,
          rows: problem.rows,
          labels: problem.labels,
          full: FULL,
          approximate: [FEW],
          rankClass: 'late',
          queries,
          k: K,
          bound: BOUNDS[promised],
          ...(profile && { profile }),
          seed,
        });
        profile = ranker.profile;
        rankers[promised] = ranker;
      }
      const { mean, share } = rankers;
      if (mean === undefined || share === undefined) throw new Error('a promise was left out');

      log('filters');
      const cheap = await cheapScores(features, problem);
      const seen = await filterQueries(mean, cheap, queries);
      const draws = random(seed).fork('willump');
      const ratios = Object.fromEntries(
        Object.entries(WILLUMP_RULES).map(([rule, enough]) => [
          rule,
          willumpRatio(redrawn(seen, draws.fork(rule)), enough),
        ]),
      );
      const filter = filterBy(mean, CHEAP, FEW.name);
      const size = average(queries.map(({ length }) => length));
      const costs = {
        approximate: costsIn(mean, size).subset(CHEAP, [FEW.name]),
        full: mean.plan.bands[0].expected.fullCost,
      };
      const results: Record<string, Period> = {};
      for (const [period, days] of Object.entries(periods)) {
        log(period);
        const truths = await filterQueries(mean, cheap, days);
        results[period] = {
          queries: days.length,
          candidates: average(days.map(({ length }) => length)),
          ranked: Object.fromEntries(
            await Promise.all(
              Object.entries({ mean, share }).map(async ([promised, ranker]) => {
                const own = await rankedBy(ranker, days, truths);
                return [promised, { ...own, sameRecall: costAtRecall(truths, own.recall, filter) }] as const;
              }),
            ),
          ),
          filters: Object.fromEntries(
            Object.entries(ratios).map(([rule, ratio]) => [rule, filteredBy(truths, ratio, filter)]),
          ),
          ideal: idealOf(truths, filter),
          full: costOfAll(mean, days),
        };
      }
      const timed = await times(mean, periods.spring.slice(0, TIMED));
      const json = {
        workload: 'topk-flights',
        quick,
        seed,
        machine: machine(),
        versions: versions(),
        k: K,
        costs,
        profile: mean.profile,
        promises: Object.fromEntries(
          Object.entries({ mean, share }).map(([promised, { certificate, plan }]) => [
            promised,
            { certificate, plan: plan.bands[0] },
          ]),
        ),
        willump: ratios,
        periods: results,
        timed,
        checks: checksOf(mean, share, results.spring),
      };
      return { json, table: tableOf(results, costs) };
    } finally {
      database.close();
    }
  },
};

type Features = ReturnType<typeof flightFeatures>;

/** Willump's filter: a model of the cheap features, trained on the same rows. */
async function cheapScores(
  features: Features,
  { rows, labels }: FlightsProblem,
): Promise<(days: readonly FlightRow[]) => Promise<Float64Array>> {
  const view = RowView.of(rows);
  const fitted = await Promise.all(CHEAP.map((name) => features.get(name).fit(view)));
  const blocksOf = (part: RowView<FlightRow>): Promise<Block[]> =>
    Promise.all(fitted.map((feature) => feature.compute(part)));
  const model: Model = await FEW.fit(
    {
      blocks: await blocksOf(view),
      rows: rows.length,
      classes: 2,
      labels: Int32Array.from(labels, (label) => Number(label === 'late')),
    },
    { seed: 1 },
  );
  return async (day) => {
    const scores = new Float64Array(2 * day.length);
    await model.score(await blocksOf(RowView.of(day)), scores);
    return Float64Array.from(day, (_, row) => scores[2 * row + 1]);
  };
}

/** Inputs of filters, and their target: only the full model's best scores matter. */
async function filterQueries(
  ranker: Tuned,
  cheap: (day: readonly FlightRow[]) => Promise<Float64Array>,
  days: readonly (readonly FlightRow[])[],
): Promise<FilterQuery[]> {
  const queries: FilterQuery[] = [];
  for (const day of days) {
    const { indices } = await ranker.full.query(day, K);
    const full = new Float64Array(day.length);
    indices.forEach((row, rank) => {
      full[row] = K - rank;
    });
    queries.push({ approximate: await cheap(day), full, k: K });
  }
  return queries;
}

/**
 * Milliseconds a query, one after the other, each by both: on the clock, and on the processor,
 * which a plan for throughput saves.
 */
async function times(ranker: Tuned, days: readonly (readonly FlightRow[])[]) {
  const clock: [number[], number[]] = [[], []];
  const cpu: [number[], number[]] = [[], []];
  for (const day of days) {
    const busy: [number[], number[]] = [[], []];
    const requested = [() => ranker.query(day, K), () => ranker.full.query(day, K)];
    const runs = requested.map((request, i) => async () => {
      const before = process.cpuUsage();
      await request();
      const { user, system } = process.cpuUsage(before);
      busy[i].push((user + system) / 1000);
    });
    const walls = await interleave(runs, ROUNDS);
    for (const i of [0, 1]) {
      clock[i].push(median(walls[i]));
      cpu[i].push(median(busy[i]));
    }
  }
  const reported = ([ranked, full]: [number[], number[]]) => ({
    ranked: median(ranked),
    full: median(full),
    ratio: sum(full) / sum(ranked),
  });
  return { clock: reported(clock), cpu: reported(cpu) };
}

function checksOf(mean: Tuned, share: Tuned, spring: Period): Check[] {
  const certified = ({ certificate }: Tuned) => Number(certificate.verdict === 'certified');
  return [
    atLeast('mean recall of 95 %: certified', certified(mean), 1),
    atLeast('95 % of queries reach 95 %: certified', certified(share), 1),
    ...(['mean', 'share'] as const).flatMap((promised) => {
      const { cost, sameRecall } = spring.ranked[promised];
      return [
        below(`promise of the ${promised}: cost over one ratio's of the same recall`, cost / sameRecall, 1),
        atMost(`promise of the ${promised}: cost over Willump's`, cost / spring.filters.published.cost, 1),
      ];
    }),
  ];
}

function tableOf(
  periods: Readonly<Record<string, Period>>,
  { approximate, full: whole }: { readonly approximate: number; readonly full: number },
): string {
  const lines = Object.entries(periods).flatMap(([period, { ranked, filters, ideal, full }]) =>
    Object.entries({
      'promise of the mean': ranked.mean,
      'promise of the share': ranked.share,
      'Willump, 99 of 100': filters.published,
      'Willump, 95 of 100': filters.released,
      ideal,
    }).map(([what, { recall, reaching, cost, kept }]) => [
      period,
      what,
      `${(100 * kept).toFixed(1)} %`,
      `${(full / cost).toFixed(2)}x`,
      recall.toFixed(4),
      `${(100 * reaching).toFixed(1)} %`,
    ]),
  );
  const head = ['period', 'by', 'ranked', 'speedup', 'recall', 'of queries >= .95'];
  const costs = `a candidate: ${approximate.toFixed(2)} µs by the cheap model, ${whole.toFixed(1)} µs by the full one`;
  return `${columns([head, ...lines])}\n\n${costs}`;
}
