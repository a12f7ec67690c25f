import { mean } from 'simple-statistics';
import type { Random } from '../../lib/stats/index.js';
import type { BandVerdict } from '../certification/index.js';
import type { TopKCut } from '../cuts/index.js';
import {
  type BandSearch,
  metricValue,
  neededOf,
  outcomeAt,
  replay,
  type Trial,
  type TriedRankStage,
} from '../search/index.js';
import type { BandCurve, CurvePoint } from '../types.js';

/** Points of a path that are shown. */
const SHOWN = 12;

/**
 * The number of {@link SAMPLES} queries that must have the recall, for each of Willump's rules: as
 * published, and in the released code.
 */
const RULES = { published: 99, released: 95 } as const;
const SAMPLES = 100;
const RULE_RECALL = 0.95;

/**
 * Value and cost of a band's plans on the tuning queries, beside the choices of Willump's rules.
 */
export function curveOf(
  search: BandSearch,
  { served }: BandVerdict,
  tried: readonly TriedRankStage[],
  random: Random,
): BandCurve {
  if ('reason' in search) return { points: [], willump: [] };
  const { found, path, trial } = search;
  const logs = path.filter((_, i) => i % Math.ceil(path.length / SHOWN) === 0);
  if (served && !logs.includes(served.log)) logs.push(served.log);
  const points = logs.map((log) => {
    const { cost, values } = outcomeAt(found.chain, log, trial);
    return { cost, value: mean([...values]), isServed: log === served?.log };
  });
  return { points: points.sort((a, b) => a.cost - b.cost), willump: willumpPoints(tried, trial, random) };
}

/**
 * Willump's filter (Kraft et al., MLSys 2020, section 4.3): the best r x K by one approximate
 * model, with the smallest r for which the rule's number of 100 queries keep .95 of their top K.
 */
function willumpPoints(tried: readonly TriedRankStage[], trial: Trial, random: Random): BandCurve['willump'] {
  const drawn = Array.from({ length: SAMPLES }, () => random.integer(trial.queries.length));
  const stages = tried.filter(
    ({ output, target, prefix }) => output === 'scores' && target !== 'full' && prefix === null,
  );
  return (['published', 'released'] as const).flatMap((rule) => {
    const each = stages.map((stage) => {
      const needs = drawn.map((i) => neededOf(stage, trial.queries[i], RULE_RECALL) / trial.queries[i].k);
      const keep = needs.sort((a, b) => a - b)[RULES[rule] - 1];
      return { rule, ...ruleAt(stage, { kind: 'ratio', keep }, trial) };
    });
    return each.length === 0 ? [] : [each.reduce((best, next) => (next.cost < best.cost ? next : best))];
  });
}

function ruleAt(stage: TriedRankStage, cut: TopKCut, trial: Trial): Pick<CurvePoint, 'cost' | 'value'> {
  let [all, left, value] = [0, 0, 0];
  trial.queries.forEach((query, i) => {
    const passed = replay([stage], [cut], query, trial.places[i]);
    all += query.candidates.length;
    left += passed.left.length;
    value += metricValue(trial.question.metric, query, passed.left) / trial.queries.length;
  });
  const [first, rest] = trial.costs.stages([stage], [1, left / all]);
  return { cost: first + rest, value };
}
