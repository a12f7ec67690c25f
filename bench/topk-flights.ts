import { gradientBoosting, type Model, type Profile, type Ranker, RowView, tuneTopK } from 'spillway';
import { interleave, median } from '../examples/mail/measure.js';
import type { Block } from '../lib/blocks/index.js';
import { costOf, featureCosts, modelCost } from '../lib/profile/index.js';
import { random } from '../lib/stats/index.js';
import { atLeast, atMost, below, type Check, columns, leftOut } from './checks.js';
import { type FlightRow, type FlightsProblem, flightsProblem, type Lateness } from './flights-data.js';
import { flightFeatures, openFlights } from './flights-features.js';
import type { Workload } from './harness.js';
import { machine, versions } from './machine.js';
import {
  type FilterQuery,
  filterCost,
  keptBy,
  leastKept,
  PRECISION,
  recallOf,
  redrawn,
  WILLUMP_RULES,
  willumpRatio,
} from './peers/filters.js';

const K = 20;
const DELTA = 0.05;
const CHEAP = ['calendar', 'airports'] as const;
const FULL = gradientBoosting({ rounds: 200 });
const FEW = gradientBoosting({ rounds: 50 });
/** Queries on the clock. */
const TIMED = 20;

const BOUNDS = {
  mean: { recall: PRECISION, delta: DELTA },
  share: { recall: PRECISION, share: 0.95, delta: DELTA },
} as const;
type Promised = keyof typeof BOUNDS;

/**
 * Which 20 of an airport's departures of a day are most at risk of a long delay? Models learn from January to March, queries of April and
 * May are certified on, others of these months and of June are only looked at.
 */
export const topkFlights: Workload = {
  async run({ seeds, quick, say }) {
    const [seed] = seeds ?? [1];
    const database = await openFlights();
    if (typeof database === 'string') {
      const checks = [leftOut('certified ranking of flights', 'to be run', database)];
      return { json: { workload: 'topk-flights', checks }, table: database };
    }
    try {
      const sizes = quick
        ? { train: 3_000, queries: 100, fresh: 10 }
        : { train: 20_000, queries: 400, fresh: 100 };
      say('flights');
      const problem = await flightsProblem(sizes.train, random(seed).fork('flights'));
      const features = flightFeatures(problem.priors, database);
      const queries = problem.spring.slice(0, sizes.queries);
      const periods = {
        spring: problem.spring.slice(sizes.queries, sizes.queries + sizes.fresh),
        june: problem.june.slice(0, sizes.fresh),
      };
      const rankers: Partial<Record<Promised, Tuned>> = {};
      let profile: Profile<Name> | undefined;
      for (const promised of ['mean', 'share'] as const) {
        say(`a promise of the ${promised}`);
        const ranker: Tuned = await tuneTopK({
          features,
          rows: problem.rows,
          labels: problem.labels,
          full: FULL,
          approximate: [FEW],
          of: 'late',
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

      say('filters');
      const cheap = await cheapScores(features, problem);
      const seen = await filterQueries(mean, cheap, queries);
      const draws = random(seed).fork('willump');
      const ratios = Object.fromEntries(
        Object.entries(WILLUMP_RULES).map(([rule, enough]) => [
          rule,
          willumpRatio(redrawn(seen, draws.fork(rule)), enough),
        ]),
      );
      const costs = costsOf(mean);
      const results: Record<string, Period> = {};
      for (const [period, days] of Object.entries(periods)) {
        say(period);
        const truths = await filterQueries(mean, cheap, days);
        results[period] = {
          queries: days.length,
          candidates: average(days.map(({ length }) => length)),
          ranked: Object.fromEntries(
            await Promise.all(
              Object.entries({ mean, share }).map(async ([promised, ranker]) => {
                const own = await rankedBy(ranker, days, truths);
                return [promised, { ...own, sameRecall: costAtRecall(truths, own.recall, costs) }] as const;
              }),
            ),
          ),
          filters: Object.fromEntries(
            Object.entries(ratios).map(([rule, ratio]) => [rule, filteredBy(truths, ratio, costs)]),
          ),
          ideal: idealOf(truths, costs),
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

type Name = 'calendar' | 'airports' | 'here' | 'there' | 'route';
type Tuned = Ranker<FlightRow, Lateness, Name>;
type Features = ReturnType<typeof flightFeatures>;

/** Microseconds a candidate. */
interface Costs {
  readonly approximate: number;
  readonly full: number;
}

interface Answered {
  readonly recall: number;
  /** Of queries whose recall is at least 95 %. */
  readonly reaching: number;
  /** Microseconds a candidate; the share of the candidates that the full model ranks. */
  readonly cost: number;
  readonly kept: number;
}

interface Period {
  readonly queries: number;
  readonly candidates: number;
  /** `sameRecall`: what one ratio for all queries costs that has the same recall, chosen afterwards. */
  readonly ranked: Readonly<Record<string, Answered & { readonly sameRecall: number }>>;
  readonly filters: Readonly<Record<string, Answered>>;
  readonly ideal: Answered;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What Willump's filter is made of: a model of the cheap features, trained on the same rows. */
async function cheapScores(
  features: Features,
  { rows, labels }: FlightsProblem,
): Promise<(days: readonly FlightRow[]) => Promise<Float64Array>> {
  const view = RowView.of(rows);
  const fitted = await Promise.all(CHEAP.map((name) => features.get(name).fit(view)));
  const blocksOf = (of: RowView<FlightRow>): Promise<Block[]> =>
    Promise.all(fitted.map((feature) => feature.compute(of)));
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

/** What filters know, and what they ought to: of the full model's scores only those of its best matter. */
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

function costsOf({ profile, plan }: Tuned): Costs {
  const approximate = costOf(
    [...featureCosts(profile, CHEAP), modelCost(profile, FEW.name, CHEAP)],
    'throughput',
  );
  return { approximate, full: plan.bands[0].expected.fullCost };
}

async function rankedBy(
  ranker: Tuned,
  days: readonly (readonly FlightRow[])[],
  truths: readonly FilterQuery[],
): Promise<Answered> {
  const { stages, full } = ranker.plan.bands[0];
  const prices = [...stages.map(({ cost }) => cost), full.cost];
  const recalls: number[] = [];
  const kept: number[] = [];
  const costs: number[] = [];
  for (const [q, day] of days.entries()) {
    const { indices, reached } = await ranker.query(day, K);
    recalls.push(indices.filter((row) => truths[q].full[row] > 0).length / K);
    kept.push(reached[reached.length - 1]);
    costs.push(reached.reduce((sum, share, stage) => sum + share * prices[stage], 0));
  }
  return answered(
    recalls,
    costs,
    kept,
    days.map(({ length }) => length),
  );
}

/** Costs and shares are of candidates, not of queries. */
function answered(
  recalls: readonly number[],
  costs: readonly number[],
  kept: readonly number[],
  candidates: readonly number[],
): Answered {
  const all = candidates.reduce((sum, count) => sum + count, 0);
  const weighed = (values: readonly number[]) =>
    values.reduce((sum, value, q) => sum + value * candidates[q], 0) / all;
  return {
    recall: average(recalls),
    reaching: recalls.filter((recall) => recall >= PRECISION - 1e-9).length / recalls.length,
    cost: weighed(costs),
    kept: weighed(kept),
  };
}

function filtered(
  truths: readonly FilterQuery[],
  keep: (query: FilterQuery) => number,
  costs: Costs,
): Answered {
  const sizes = truths.map(({ full }) => full.length);
  const counts = truths.map(keep);
  return answered(
    truths.map((query, q) => recallOf(query, counts[q])),
    counts.map((count, q) => filterCost(sizes[q], count, costs) / sizes[q]),
    counts.map((count, q) => count / sizes[q]),
    sizes,
  );
}

function filteredBy(truths: readonly FilterQuery[], ratio: number, costs: Costs): Answered {
  return filtered(truths, ({ full, k }) => keptBy(ratio, k, full.length), costs);
}

function idealOf(truths: readonly FilterQuery[], costs: Costs): Answered {
  return filtered(truths, (query) => leastKept(query, PRECISION), costs);
}

/** The cost of the least ratio that has this recall. */
function costAtRecall(truths: readonly FilterQuery[], recall: number, costs: Costs): number {
  let [low, high] = [1, Math.max(...truths.map(({ full }) => full.length)) / K];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (filteredBy(truths, middle, costs).recall >= recall) high = middle;
    else low = middle;
  }
  return filteredBy(truths, high, costs).cost;
}

/** Milliseconds a query, one after the other, each by both. */
async function times(ranker: Tuned, days: readonly (readonly FlightRow[])[]) {
  const ranked: number[] = [];
  const whole: number[] = [];
  for (const day of days) {
    const [own, full] = await interleave([() => ranker.query(day, K), () => ranker.full.query(day, K)], 3);
    ranked.push(median(own));
    whole.push(median(full));
  }
  return {
    ranked: median(ranked),
    full: median(whole),
    ratio: median(whole.map((time, q) => time / ranked[q])),
  };
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

function tableOf(periods: Readonly<Record<string, Period>>, { approximate, full }: Costs): string {
  const lines = Object.entries(periods).flatMap(([period, { ranked, filters, ideal }]) =>
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
  const costs = `a candidate: ${approximate.toFixed(2)} µs by the cheap model, ${full.toFixed(1)} µs by the full one`;
  return `${columns([head, ...lines])}\n\n${costs}`;
}
