import type { Label, Model } from 'spillway';
import { type Block, type LinearModel, RowView } from 'spillway/extend';
import { type ExitRule, exits } from '../../lib/learn/exits/index.js';
import type { Parts } from './parts.js';

/**
 * A cascade as a person would write it for this one pipeline: plain loops over the same features,
 * linear models and thresholds. Given blocks are read in place; nothing is gathered, nothing is
 * general.
 *
 * @returns a function that answers a batch of rows with the class of each
 */
export function handWritten<Row, L extends Label, Name extends string>(
  parts: Parts<Row, L, Name>,
): (rows: readonly Row[]) => Int32Array {
  const { fitted } = parts;
  const stages = stagesByHand(parts);

  return (rows) => {
    const view = RowView.of(rows);
    const answers = new Int32Array(rows.length);
    const blocks: Block[] = new Array(fitted.length);
    const places: Int32Array[] = new Array(fitted.length);
    let passing = Int32Array.from(rows.keys());
    for (const { features, weights, first, intercept, high, low, text } of stages) {
      for (const f of features) {
        if (blocks[f] !== undefined) continue;
        blocks[f] = now(fitted[f].fitted.compute(view.select(passing)));
        places[f] = new Int32Array(rows.length);
        for (let i = 0; i < passing.length; i++) places[f][passing[i]] = i;
      }
      let kept = 0;
      for (let i = 0; i < passing.length; i++) {
        const row = passing[i];
        let margin = intercept;
        for (let b = 0; b < features.length; b++) {
          const f = features[b];
          margin += dot(blocks[f], places[f][row], weights, first[b]);
        }
        const answer = text?.(margin);
        if (answer !== undefined) {
          if (answer >= 0) answers[row] = answer;
          else passing[kept++] = row;
        } else if (margin > 0 ? margin >= high : margin <= low) answers[row] = Number(margin > 0);
        else passing[kept++] = row;
      }
      if (kept === 0) break;
      passing = passing.subarray(0, kept);
    }
    return answers;
  };
}

/** A point query as a person would write it: the same for one row. */
export function handWrittenPoint<Row, L extends Label, Name extends string>(
  parts: Parts<Row, L, Name>,
): (row: Row) => number {
  const { fitted } = parts;
  const stages = stagesByHand(parts);
  return (row) => {
    const view = RowView.of([row]);
    const blocks: Block[] = new Array(fitted.length);
    for (const stage of stages) {
      for (const f of stage.features) blocks[f] ??= now(fitted[f].fitted.compute(view));
      const answer = answerOf(stage, blocks);
      if (answer >= 0) return answer;
    }
    return -1;
  };
}

/** The same where features answer with promises, which are waited for together: one promise a stage. */
export function handWrittenWaiting<Row, L extends Label, Name extends string>(
  parts: Parts<Row, L, Name>,
): (row: Row) => Promise<number> {
  const { fitted } = parts;
  const stages = stagesByHand(parts);
  const have = new Set<number>();
  const added = stages.map(({ features }) => {
    const adds = features.filter((f) => !have.has(f));
    for (const f of adds) have.add(f);
    return adds;
  });
  return async (row) => {
    const view = RowView.of([row]);
    const blocks: Block[] = new Array(fitted.length);
    for (let s = 0; s < stages.length; s++) {
      const adds = added[s];
      const came = await (adds.length === 1
        ? fitted[adds[0]].fitted.compute(view)
        : Promise.all(adds.map((f) => fitted[f].fitted.compute(view))));
      if (Array.isArray(came)) for (let i = 0; i < adds.length; i++) blocks[adds[i]] = came[i];
      else blocks[adds[0]] = came;
      const answer = answerOf(stages[s], blocks);
      if (answer >= 0) return answer;
    }
    return -1;
  };
}

type ByHand = ReturnType<typeof stagesByHand>[number];

/** The answer to the first row; -1 if it stays. */
function answerOf(
  { features, weights, first, intercept, high, low, text }: ByHand,
  blocks: readonly Block[],
): number {
  let margin = intercept;
  for (let b = 0; b < features.length; b++) margin += dot(blocks[features[b]], 0, weights, first[b]);
  if (text !== undefined) return text(margin);
  if (margin > 0 ? margin >= high : margin <= low) return Number(margin > 0);
  return -1;
}

function stagesByHand<Row, L extends Label, Name extends string>(parts: Parts<Row, L, Name>) {
  const { fitted, plan, reads } = parts;
  const stageOf = (
    model: Model,
    names: readonly string[],
    thresholds: readonly (number | null)[],
    rule?: ExitRule,
  ) => ({
    features: names.map((name) => fitted.findIndex((feature) => feature.name === name)),
    ...linear(model),
    // For two classes, the margin from which each exits.
    high: logit(thresholds[1]),
    low: -logit(thresholds[0]),
    text: rule && !isPlain(rule) ? saying(rule, thresholds) : undefined,
  });
  return [
    ...plan.stages.map(({ features, thresholds }, s) =>
      stageOf(parts.stages[s].model, features, thresholds, parts.stages[s].rule),
    ),
    stageOf(parts.full.model, reads, [0.5, 0.5]),
  ];
}

/** Whether a stage exits on its model's own probabilities. */
function isPlain({ kind }: ExitRule): boolean {
  return kind.calibration === 'identity' && kind.score === 'top';
}

/** The answer of any other rule to a margin; -1 if the row stays. */
function saying(rule: ExitRule, thresholds: readonly (number | null)[]): (margin: number) => number {
  const [scores, answers, confidence] = [new Float64Array(2), new Float64Array(1), new Float64Array(1)];
  const from = Float64Array.from(thresholds, (threshold) => threshold ?? Number.POSITIVE_INFINITY);
  return (margin) => {
    scores[1] = 1 / (1 + Math.exp(-margin));
    scores[0] = 1 - scores[1];
    rule.decide(scores, 2, answers, confidence);
    return exits(answers[0], confidence[0], from) ? answers[0] : -1;
  };
}

/** Probability p as log-odds; no threshold is one that nothing reaches. */
function logit(p: number | null): number {
  return p === null ? Number.POSITIVE_INFINITY : Math.log(p / (1 - p));
}

function dot(block: Block, row: number, weights: Float64Array, first: number): number {
  let sum = 0;
  if (block.kind === 'dense') {
    const from = row * block.columns;
    for (let c = 0; c < block.columns; c++) sum += block.values[from + c] * weights[first + c];
    return sum;
  }
  const { offsets, indices, values } = block;
  for (let e = offsets[row], end = offsets[row + 1]; e < end; e++)
    sum += values[e] * weights[first + indices[e]];
  return sum;
}

function linear(model: Model) {
  if (!isLinear(model) || model.classes !== 2)
    throw new TypeError(`${model.name}: expected a linear model of two classes`);
  let at = 0;
  const first = model.columns.map((columns) => {
    at += columns;
    return at - columns;
  });
  return { weights: model.weights, intercept: model.intercepts[0], first };
}

function isLinear(model: Model): model is LinearModel {
  return (
    'weights' in model && model.weights instanceof Float64Array && 'columns' in model && 'intercepts' in model
  );
}

function now(block: Block | Promise<Block>): Block {
  if (block instanceof Promise) throw new TypeError('expected features that answer at once');
  return block;
}
