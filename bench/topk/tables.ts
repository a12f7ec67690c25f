import { define, dense, type Label, type Learner, type Model, type Profile } from 'spillway';
import type { Block, LinearModel } from 'spillway/extend';
import type { TrainedModel } from 'spillway/full';
import { gather } from '../../lib/data/blocks/index.js';
import type { FittedModels } from './models.js';

/** A row by its place among those whose scores are known. */
export interface Placed {
  readonly place: number;
}

/** Scores of models for every row of a pool: the same models, run once. */
export interface Tables<L extends Label> {
  readonly rows: readonly Placed[];
  readonly full: TrainedModel<L>;
  readonly stages: readonly (Learner & { readonly model: LinearModel; readonly reads: readonly string[] })[];
  /** rows x classes: probabilities by the full model, and by each stage's model; with one row more, the first again. */
  readonly scores: { readonly full: Float64Array; readonly stages: readonly Float64Array[] };
}

const BATCH = 1024;

export async function tablesOf<Row, L extends Label>(
  { full, stages, blocks }: FittedModels<Row, L>,
  pool: readonly Row[],
): Promise<Tables<L>> {
  const { classes } = full;
  const computed = await blocks(pool);
  const request = async (model: Model, reads: readonly string[]) => {
    const out = new Float64Array((pool.length + 1) * model.classes);
    for (let from = 0; from < pool.length; from += BATCH) {
      const batch = Int32Array.from({ length: Math.min(BATCH, pool.length - from) }, (_, i) => from + i);
      const read = reads.flatMap((name) => computed.get(name) ?? []).map((block) => gather(block, batch));
      await model.score(read, out.subarray(from * model.classes, (from + batch.length) * model.classes));
    }
    // A row that is in no query.
    out.copyWithin(pool.length * model.classes, 0, model.classes);
    return out;
  };
  const fullScores = await request(full, full.reads ?? []);
  const stageScores: Float64Array[] = [];
  const known: Tables<L>['stages'][number][] = [];
  for (const stage of stages) {
    const scores = await request(stage.model, stage.reads);
    const margins: Float64Array[] = [];
    for (let of = 0; of < classes; of++) margins.push(await request(stage.model.margin(of), stage.reads));
    const model: LinearModel = {
      ...stage.model,
      score: (read, out) => look(scores, classes, read, out),
      margin: (of) => ({
        name: stage.name,
        classes: 1,
        score: (read, out) => look(margins[of], 1, read, out),
      }),
    };
    stageScores.push(scores);
    known.push({ ...stage, model, fit: () => model });
  }
  return {
    rows: Array.from(pool, (_, place) => ({ place })),
    full: { ...full, score: (read, out) => look(fullScores, classes, read, out) },
    stages: known,
    scores: { full: fullScores, stages: stageScores },
  };
}

/** Every feature returns a row's place, and models look up their score of it. */
export function placedFeatures<Name extends string>({ features }: Profile<Name>) {
  const place = dense(1, (rows: readonly Placed[]) => Float32Array.from(rows, (row) => row.place));
  const names = Object.keys(features) as Name[]; // The record's keys are the names.
  const all: Partial<Record<Name, typeof place>> = {};
  for (const name of names) all[name] = place;
  return define(all as Record<Name, typeof place>); // Complete: every name was just set.
}

/** Copies the stored scores of rows, found by the places in the first block. */
function look(table: Float64Array, width: number, [{ values }]: readonly Block[], out: Float64Array): void {
  for (let row = 0; row < values.length; row++) {
    const from = values[row] * width;
    for (let i = 0; i < width; i++) out[row * width + i] = table[from + i];
  }
}
