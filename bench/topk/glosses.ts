import { average, sum } from 'simple-statistics';
import { define, type Profile, type Ranker, type TopKBound, tfidf, tuneTopK } from 'spillway';
import { type Gloss, type GlossCategory, loadGlosses } from 'spillway/datasets';
import { random, sample } from '../../lib/stats/index.js';
import { topK } from '../../topk/select/index.js';
import { atLeast, type Check, columns, leftOut } from '../harness/checks.js';
import { sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { ratioOfRecall } from '../peers/filters.js';
import { fitModels } from './models.js';
import { chooseWillump, type FilterCosts, idealSpeedup, willumpRanker } from './peers.js';
import { columnOf, type Drawing, type Redraws, redraw, validationQuery } from './redraws.js';
import { type Tables, tablesOf } from './tables.js';

const K = 100;
const RECALL = 0.95;
const SHARE = 0.95;
const DELTA = 0.05;
const SUBSETS = [['words'], ['lemma', 'words']] as const;
/**
 * Sizes for making rankers, and those of the many redraws: fewer and smaller, so that there can be
 * many.
 */
const MADE = { size: [22_000, 26_000], count: 1_000, certify: 0.7, k: K } as const;
const REDRAWN = { size: [2_000, 3_000], count: 400, certify: 0.8, k: K } as const;
/** With `--full`: each redraw tunes two rankers. */
const REDRAWS = 200;
const OTHERS = 2_000;
/** Scoring 26 queries in every way takes a minute and a half. */
const ROUNDS = { quick: 1, usual: 2, full: 3 };

type GlossRanker = Ranker<Gloss, GlossCategory, (typeof glossFeatures.names)[number]>;
type GlossProfile = Profile<(typeof glossFeatures.names)[number]>;

/** Which 100 of some 25,000 glosses belong most to a category: certified rankers beside scoring all, Willump's filter and an ideal one. */
export const glosses: Workload = {
  async run({ seeds = [1], quick, full = false, log }) {
    const [seed] = seeds;
    const split = await splitGlosses(seed, quick);
    const { train, pool, categories } = split;
    const made: Drawing = quick ? { size: [2_000, 4_000], count: 240, certify: 0.6, k: 20 } : MADE;
    const models = await fitModels(
      { features: glossFeatures, rows: train.rows, labels: train.labels, classes: categories },
      SUBSETS,
      log,
    );
    const tune = async (bound: TopKBound, profile?: GlossProfile): Promise<GlossRanker> => {
      log(
        `tuning for ${'share' in bound ? `recall ${RECALL} of ${SHARE} of queries` : `a mean recall of ${RECALL}`}`,
      );
      return tuneTopK({
        // Real rows repeat by nature: each is a draw.
        repeats: true,
        features: glossFeatures,
        rows: train.rows,
        labels: train.labels,
        full: models.full,
        approximate: models.stages,
        queries: { pool, size: made.size, count: made.count },
        certify: made.certify,
        k: made.k,
        rankClass: categories,
        bound,
        seed,
        ...(profile && { profile }),
      });
    };
    const mean = await tune({ recall: RECALL, delta: DELTA });
    const share = await tune({ recall: RECALL, share: SHARE, delta: DELTA }, mean.profile);
    log(`${mean.summary()}\n${share.summary()}`);

    log('scoring the pool once');
    const tables = await tablesOf(models, pool);
    const costs = costsOf(mean);
    const draw = random(seed).fork('validation');
    const validation = Array.from({ length: quick ? 50 : 200 }, (_, q) =>
      validationQuery(tables, made, draw.fork(`${q}`)),
    );
    const choice = chooseWillump(validation, costs, seed);
    const filter = models.stages[choice.stage];
    const own = { model: filter.model, reads: SUBSETS[choice.stage] };
    const published = willumpRanker(mean, own, choice.ratios.published);
    const released = willumpRanker(mean, own, choice.ratios.released);

    const drawn = queriesByCategory(tables, pool, categories, made, seed);
    const answered = await recallsOf(mean, drawn, made.k);
    const hindsight = ratioOfRecall(
      drawn.map(({ stages, full }) => ({ approximate: stages[choice.stage], full, k: made.k })),
      average(answered),
    );
    const equal = willumpRanker(mean, own, hindsight);

    log('timing');
    const rankers = { mean, share, published, released, equal };
    const timed = await timeQueries(rankers, drawn, made.k, ROUNDS[sizeOf({ quick, full })]);
    log(JSON.stringify(timed));
    const redrawn =
      quick || full
        ? await redraw({
            tables,
            profile: mean.profile,
            costs,
            drawing: quick ? { size: [1_000, 2_000], count: 200, certify: 0.6, k: 20 } : REDRAWN,
            redraws: quick ? 3 : REDRAWS,
            others: quick ? 100 : OTHERS,
            level: RECALL,
            share: SHARE,
            delta: DELTA,
            log,
          })
        : undefined;
    const json = {
      workload: 'glosses',
      quick,
      machine: machine(),
      versions: versions(),
      seed,
      k: made.k,
      candidates: made.size,
      queries: {
        tuning: made.count - Math.round(made.certify * made.count),
        certification: Math.round(made.certify * made.count),
      },
      speedup: timed.mean.speedup,
      mean: { ...timed.mean, ...describe(mean) },
      share: { ...timed.share, ...describe(share) },
      willump: {
        features: own.reads,
        published: { ...timed.published, ratio: choice.ratios.published },
        released: { ...timed.released, ratio: choice.ratios.released },
        /** The recall of the ranker for the mean on the queries that were timed. */
        sameRecall: { ...timed.equal, ratio: hindsight },
      },
      ideal: { expected: idealSpeedup(validation, choice.stage, costs) },
      redraws: redrawn,
      checks: checksOf(mean, share, timed, redrawn),
    };
    return { json, table: tableOf(timed, redrawn) };
  },
};

const WHICH = ['mean', 'share', 'published', 'released', 'equal'] as const;
type Which = (typeof WHICH)[number];

interface Timed {
  /** Geometric mean over the categories of scoring all over this. */
  readonly speedup: number;
  readonly recall: number;
  /** Queries with a recall of .95. */
  readonly reaching: number;
}

/** One query, and its candidates' scores by each stage's model and by the full one. */
interface GlossQuery {
  readonly rows: readonly Gloss[];
  readonly rankClass: GlossCategory;
  readonly stages: readonly Float64Array[];
  readonly full: Float64Array;
  /** The K best by the full model. */
  readonly truth: ReadonlySet<number>;
}

/** One of each category. */
function queriesByCategory(
  { scores, full }: Tables<GlossCategory>,
  pool: readonly Gloss[],
  categories: readonly GlossCategory[],
  { size, k }: Drawing,
  seed: number,
): GlossQuery[] {
  const draw = random(seed).fork('timed');
  return categories.map((rankClass, code) => {
    const places = sample(pool.length, size[1], draw);
    const column = (of: Float64Array) => columnOf(of, places, code, full.classes);
    const best = column(scores.full);
    return {
      rows: Array.from(places, (row) => pool[row]),
      rankClass,
      stages: scores.stages.map(column),
      full: best,
      truth: new Set(topK(best, k)),
    };
  });
}

/** Of each query, the share of the full model's best that a ranker has. */
async function recallsOf(ranker: GlossRanker, queries: readonly GlossQuery[], k: number): Promise<number[]> {
  const recalls: number[] = [];
  for (const { rows, rankClass, truth } of queries) {
    const { indices } = await ranker.query(rows, k, { rankClass });
    recalls.push(indices.filter((index) => truth.has(index)).length / k);
  }
  return recalls;
}

/** From raw rows to indices, by each ranker in turn. */
async function timeQueries(
  rankers: Readonly<Record<Which, GlossRanker>>,
  queries: readonly GlossQuery[],
  k: number,
  rounds: number,
): Promise<Record<Which, Timed>> {
  const logs = { mean: 0, share: 0, published: 0, released: 0, equal: 0 };
  for (const { rows, rankClass } of queries) {
    const [full, ...times] = await interleave(
      [
        () => rankers.mean.full.query(rows, k, { rankClass }),
        ...WHICH.map((name) => () => rankers[name].query(rows, k, { rankClass })),
      ],
      rounds,
    );
    for (const [i, name] of WHICH.entries())
      logs[name] += Math.log(medianRatio(full, times[i])) / queries.length;
  }
  const timed = async (name: Which): Promise<Timed> => {
    const recalls = await recallsOf(rankers[name], queries, k);
    return {
      speedup: Math.exp(logs[name]),
      recall: average(recalls),
      reaching: recalls.filter((recall) => recall >= RECALL).length / recalls.length,
    };
  };
  return {
    mean: await timed('mean'),
    share: await timed('share'),
    published: await timed('published'),
    released: await timed('released'),
    equal: await timed('equal'),
  };
}

/** The cost of a candidate with each subset's model, and with the full one, from the profile. */
function costsOf(ranker: GlossRanker): FilterCosts {
  const { features, models, full } = ranker.profile;
  const featureCost = (names: readonly (keyof typeof features)[]) =>
    sum(names.map((name) => features[name].cost.perRow));
  return {
    stages: SUBSETS.map((names) => {
      const { perRow, perEntry } = models[names.join(' + ')];
      const entries = sum(names.map((name) => features[name].entries));
      return featureCost(names) + perRow + perEntry * entries;
    }),
    full: featureCost(glossFeatures.names) + (full?.perRow ?? 0),
  };
}

/** A ranker's plan and certificate. */
function describe({ plan, certificate }: GlossRanker) {
  const [{ stages, full, expected }] = plan.bands;
  const [{ promise, observed, queries, verdict }] = certificate.bands;
  return {
    verdict,
    promise: {
      level: promise.level,
      share: promise.share,
      delta: promise.delta,
      population: promise.population,
    },
    queries,
    observed,
    expectedSpeedup: expected.speedup,
    stages: [
      ...stages.map(({ features, output, cut, reach }) => ({ features, output, cut: cut.kind, reach })),
      { features: full.features, output: 'full model', cut: null, reach: full.reach },
    ],
  };
}

function checksOf(
  mean: GlossRanker,
  share: GlossRanker,
  timed: Record<Which, Timed>,
  redrawn: Redraws | undefined,
): Check[] {
  const isCertified = ({ certificate }: GlossRanker) => Number(certificate.verdict === 'certified');
  return [
    atLeast('certified, mean recall', isCertified(mean), 1),
    atLeast('certified, share of queries', isCertified(share), 1),
    atLeast('speedup at a certified mean recall of .95', timed.mean.speedup, 20),
    atLeast(
      "share: speedup over Willump's published rule",
      timed.share.speedup / timed.published.speedup,
      1.3,
    ),
    ...(['mean', 'share'] as const).map((which) => {
      const what = `redraws, ${which}: p-value of broken no more often than delta`;
      return redrawn ? atLeast(what, redrawn[which].pValue, 0.001) : leftOut(what, '>= 0.001', 'see --full');
    }),
  ];
}

const NAMES: Readonly<Record<Which, string>> = {
  mean: 'certified, mean',
  share: 'certified, share',
  published: 'Willump, published',
  released: 'Willump, released',
  equal: "its filter at the mean's recall",
};

function tableOf(timed: Record<Which, Timed>, redrawn: Redraws | undefined): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const broken = (name: Which, of: 'mean' | 'share') => {
    if (redrawn === undefined) return '-';
    if (name === 'equal') return '-';
    if (name === 'published' || name === 'released') return percent(redrawn.willump[name][of]);
    return name === of ? percent(redrawn[of].broken / redrawn[of].redraws) : '';
  };
  return columns([
    ['', 'speedup', 'recall', 'queries at .95', 'mean broken', 'share broken'],
    ...WHICH.map((name) => [
      NAMES[name],
      `${timed[name].speedup.toFixed(1)}x`,
      timed[name].recall.toFixed(4),
      percent(timed[name].reaching),
      broken(name, 'mean'),
      broken(name, 'share'),
    ]),
  ]);
}

/** Cheap: the lemma's character n-grams and the gloss's words; costly: the gloss's character n-grams. */
const glossFeatures = define({
  lemma: tfidf((row: Gloss) => row.lemma, { analyzer: 'char', ngrams: [2, 4], maxFeatures: 20_000 }),
  words: tfidf((row: Gloss) => row.gloss, { maxFeatures: 20_000 }),
  chars: tfidf((row: Gloss) => row.gloss, { analyzer: 'char', ngrams: [2, 6], maxFeatures: 50_000 }),
});

interface GlossSplit {
  readonly train: { readonly rows: readonly Gloss[]; readonly labels: readonly GlossCategory[] };
  /** Candidates, that nothing is trained on. */
  readonly pool: readonly Gloss[];
  /** In the order of their codes. */
  readonly categories: readonly GlossCategory[];
}

const TRAIN = 30_000;
/** Sizes of a quick run. */
const FEW = { train: 3_000, pool: 8_000 };

async function splitGlosses(seed: number, quick: boolean): Promise<GlossSplit> {
  const { rows, labels } = await loadGlosses();
  const order = Int32Array.from(rows.keys());
  random(seed).fork('bench glosses').shuffle(order);
  const train = order.subarray(0, quick ? FEW.train : TRAIN);
  const pool = order.subarray(train.length, quick ? train.length + FEW.pool : undefined);
  const known = Array.from(train, (row) => labels[row]);
  return {
    train: { rows: Array.from(train, (row) => rows[row]), labels: known },
    pool: Array.from(pool, (row) => rows[row]),
    categories: [...new Set(known)].sort(),
  };
}
