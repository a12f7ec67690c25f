import type { Block } from '../../lib/data/blocks/index.js';
import { sample } from '../../lib/stats/index.js';
import type { Run } from '../problem/index.js';
import { askAgain, fullAnswers, modelInputs, PILOT } from '../scoring/index.js';
import type { Label } from '../types/index.js';
import type { FeatureBlocks } from './featureBlocks.js';
import type { CrossFittedModel } from './fullModel.js';

/** Asks a full model that may differ from itself once more: its second answers to some development rows. */
export type AskedOnce = (rows: Int32Array) => Promise<Float64Array>;

export function askingAgain<Row, L extends Label, Name extends string>(
  { problem: { development, decision }, options, tracker }: Run<Row, L, Name>,
  { model, reads }: Pick<CrossFittedModel, 'model' | 'reads'>,
  { blocks }: FeatureBlocks<Row>,
): AskedOnce {
  const names: readonly string[] = options.features.names;
  const { held = [], origin } = development.rows;
  const read: readonly Block[] = modelInputs(
    model,
    () => held,
    () => reads.map((name) => blocks[names.indexOf(name)]),
  );
  return async (rows) => {
    const scores = await askAgain(model, read, rows, origin, tracker());
    return fullAnswers(
      model,
      decision,
      scores,
      model.classes,
      rows.map((row) => origin[row]),
    );
  };
}

/** The full model, with its second answers to a few of the scored rows, drawn at random. */
export async function withPilot<Row, L extends Label, Name extends string>(
  { problem: { split, random } }: Run<Row, L, Name>,
  full: CrossFittedModel,
  ask: AskedOnce,
): Promise<CrossFittedModel> {
  const { length } = split.scored;
  const places = sample(length, Math.min(PILOT, length), random.fork('pilot'));
  const answers = await ask(places.map((place) => split.scored[place]));
  const second = new Float64Array(length).fill(Number.NaN);
  places.forEach((place, i) => {
    second[place] = answers[i];
  });
  return { ...full, judged: { ...full.judged, second } };
}
