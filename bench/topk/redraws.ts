import { mean } from 'simple-statistics';
import { type Label, type Profile, type Ranker, type TopKBound, tuneTopK } from 'spillway';
import { binomialPValue, random, sample } from '../../lib/stats/index.js';
import { topK } from '../../topk/select/index.js';
import { chooseWillump, type FilterCosts, type ValidationQuery } from './peers.js';
import { type Placed, placedFeatures, type Tables } from './tables.js';

/** How tuning and certification queries are drawn. */
export interface Drawing {
  readonly size: readonly [number, number];
  readonly count: number;
  /** Share for the certificate. */
  readonly certify: number;
  readonly k: number;
}

/** How often a promise was broken, and the speedup. */
export interface Kept {
  readonly redraws: number;
  readonly certified: number;
  /** Redraws whose recall on the other queries is under the promise. */
  readonly broken: number;
  /** The p-value of 'it is broken no more often than delta', one-sided. */
  readonly pValue: number;
  /** Geometric mean of the forecasts. */
  readonly expectedSpeedup: number;
}

/** The same for rules that promise without a test. */
export interface Broken {
  readonly mean: number;
  readonly share: number;
}

export interface Redraws {
  readonly others: number;
  readonly mean: Kept;
  readonly share: Kept;
  readonly willump: { readonly published: Broken; readonly released: Broken };
}

export interface RedrawOptions<L extends Label, Name extends string> {
  readonly tables: Tables<L>;
  readonly profile: Profile<Name>;
  readonly costs: FilterCosts;
  readonly drawing: Drawing;
  readonly redraws: number;
  /** Other queries on which the promises are looked at. */
  readonly others: number;
  readonly level: number;
  readonly share: number;
  readonly delta: number;
  readonly log: (text: string) => void;
}

interface Other {
  readonly rows: readonly Placed[];
  readonly rankClass: number;
  readonly truth: ReadonlySet<number>;
}

/**
 * Draws tuning and certification queries again and again, with the same models, and checks whether
 * the promise then holds.
 */
export async function redraw<L extends Label, Name extends string>(
  options: RedrawOptions<L, Name>,
): Promise<Redraws> {
  const { tables, drawing, redraws, level, share, delta, costs, log } = options;
  const draw = random('redraws');
  const others = Array.from({ length: options.others }, (_, q) =>
    otherQuery(tables, drawing, draw.fork(`other ${q}`)),
  );
  const bounds: Readonly<Record<'mean' | 'share', TopKBound>> = {
    mean: { recall: level, delta },
    share: { recall: level, share, delta },
  };
  const found = { mean: emptyCount(), share: emptyCount() };
  const rules = { published: { mean: 0, share: 0 }, released: { mean: 0, share: 0 } };
  for (let seed = 1; seed <= redraws; seed++) {
    for (const name of ['mean', 'share'] as const) {
      const ranker = await tuneOn(options, bounds[name], seed);
      const count = found[name];
      count.logSpeedup += Math.log(ranker.plan.bands[0].expected.speedup) / redraws;
      if (ranker.certificate.verdict !== 'certified') continue;
      count.certified++;
      const recalls = await recallsOf(ranker, others, drawing.k, tables.full.labels);
      if (isBroken(recalls, name, level, share)) count.broken++;
    }
    const validation = Array.from({ length: 100 }, (_, q) =>
      validationQuery(tables, drawing, draw.fork(`${seed} ${q}`)),
    );
    const { stage, ratios } = chooseWillump(validation, costs, seed);
    for (const rule of ['published', 'released'] as const) {
      const recalls = filteredRecalls(tables, stage, ratios[rule], others, drawing.k);
      for (const name of ['mean', 'share'] as const) {
        if (isBroken(recalls, name, level, share)) rules[rule][name] += 1 / redraws;
      }
    }
    if (seed % 5 === 0)
      log(`redraw ${seed}: broken ${found.mean.broken} and ${found.share.broken}, ${JSON.stringify(rules)}`);
  }
  const kept = ({ certified, broken, logSpeedup }: Count): Kept => ({
    redraws,
    certified,
    broken,
    // P(at least this many), if each is broken with probability delta.
    pValue: broken === 0 ? 1 : 1 - binomialPValue(broken - 1, redraws, delta),
    expectedSpeedup: Math.exp(logSpeedup),
  });
  return { others: others.length, mean: kept(found.mean), share: kept(found.share), willump: rules };
}

interface Count {
  certified: number;
  broken: number;
  logSpeedup: number;
}

function emptyCount(): Count {
  return { certified: 0, broken: 0, logSpeedup: 0 };
}

async function tuneOn<L extends Label, Name extends string>(
  { tables, profile, drawing }: RedrawOptions<L, Name>,
  bound: TopKBound,
  seed: number,
): Promise<Ranker<Placed, L, Name>> {
  const { rows, full, stages } = tables;
  return tuneTopK<Placed, L, Name>({
    features: placedFeatures(profile),
    // Nothing is fitted to it: features return places, and models exist. Rows of queries must be others.
    rows: [{ place: rows.length }],
    full,
    approximate: stages,
    queries: { pool: rows, size: drawing.size, count: drawing.count },
    certify: drawing.certify,
    k: drawing.k,
    rankClass: full.labels,
    bound,
    profile,
    seed,
  });
}

function isBroken(recalls: Float64Array, name: 'mean' | 'share', level: number, share: number): boolean {
  if (name === 'mean') return mean([...recalls]) < level;
  return recalls.filter((recall) => recall >= level).length / recalls.length < share;
}

/** Random candidates, and a class that ranks them. */
function drawnQuery<L extends Label>(
  { rows, full }: Tables<L>,
  { size }: Drawing,
  draw: ReturnType<typeof random>,
) {
  const count = size[0] + draw.integer(size[1] - size[0] + 1);
  return { places: sample(rows.length, count, draw), rankClass: draw.integer(full.classes) };
}

function otherQuery<L extends Label>(
  tables: Tables<L>,
  drawing: Drawing,
  draw: ReturnType<typeof random>,
): Other {
  const { places, rankClass } = drawnQuery(tables, drawing, draw);
  const truth = topK(columnOf(tables.scores.full, places, rankClass, tables.full.classes), drawing.k);
  return { rows: Array.from(places, (place) => tables.rows[place]), rankClass, truth: new Set(truth) };
}

export function validationQuery<L extends Label>(
  tables: Tables<L>,
  drawing: Drawing,
  draw: ReturnType<typeof random>,
): ValidationQuery {
  const { places, rankClass } = drawnQuery(tables, drawing, draw);
  const { classes } = tables.full;
  return {
    stages: tables.scores.stages.map((scores) => columnOf(scores, places, rankClass, classes)),
    full: columnOf(tables.scores.full, places, rankClass, classes),
    k: drawing.k,
  };
}

/** The scores of rows for one class. */
export function columnOf(
  scores: Float64Array,
  places: Int32Array,
  rankClass: number,
  classes: number,
): Float64Array {
  return Float64Array.from(places, (place) => scores[place * classes + rankClass]);
}

async function recallsOf<L extends Label, Name extends string>(
  ranker: Ranker<Placed, L, Name>,
  others: readonly Other[],
  k: number,
  labels: readonly L[],
): Promise<Float64Array> {
  const recalls = new Float64Array(others.length);
  for (const [q, { rows, rankClass, truth }] of others.entries()) {
    const { indices } = await ranker.query(rows, k, { rankClass: labels[rankClass] });
    recalls[q] = indices.filter((index) => truth.has(index)).length / k;
  }
  return recalls;
}

function filteredRecalls<L extends Label>(
  { scores, full }: Tables<L>,
  stage: number,
  ratio: number,
  others: readonly Other[],
  k: number,
): Float64Array {
  return Float64Array.from(others, ({ rows, rankClass, truth }) => {
    const places = Int32Array.from(rows, ({ place }) => place);
    const kept = topK(columnOf(scores.stages[stage], places, rankClass, full.classes), Math.ceil(ratio * k));
    return kept.filter((index) => truth.has(index)).length / k;
  });
}
