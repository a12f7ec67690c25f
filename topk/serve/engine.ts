import type { Label } from '../../cascades/internal.js';
import { ModelError } from '../../lib/errors.js';
import type { Model } from '../../lib/learn/learners/index.js';
import {
  type ActiveRows,
  addBlocks,
  Interrupt,
  type NamedFeature,
  runAsync,
  score,
  systemTimer,
} from '../../lib/run/runtime/index.js';
import { bestOf, depthOf, scoreFloor, type TopKCut } from '../cuts/index.js';
import { outputModel, type Ranking, rankNumbers, stageNumbers } from '../problem/index.js';
import { TopK } from '../select/index.js';
import type { StageOutput } from '../types.js';
import {
  atLeastIn,
  batchesOf,
  type CandidateBatch,
  type CandidateSection,
  type Candidates,
  cutTo,
  gathered,
  passingRows,
  rebatched,
  STREAM_BATCH,
  scoresIn,
  sectionsOf,
} from './candidateStream.js';
import { checkCount, type Interruptible, type RankRequest } from './request.js';

/** A model and the positions of the features whose blocks it reads. */
interface Reader {
  readonly model: Model;
  readonly reads: readonly number[];
}

/** A plan ready to run: stages cut, cheapest first, and the full model ranks the remaining candidates. */
export interface RankEngine<in Row, L extends Label> {
  readonly features: readonly NamedFeature<Row>[];
  readonly stages: readonly (Reader & { readonly cut: TopKCut; readonly output: StageOutput })[];
  readonly full: Reader;
  readonly ranking: Ranking<L>;
}

/** The full model's top K of the remaining candidates, best first. */
export interface Ranked {
  readonly indices: Int32Array;
  readonly scores: Float64Array;
  /** Candidates that reached each stage, the full model last. */
  readonly reached: readonly number[];
}

/**
 * Answers one query.
 *
 * Arrays and iterables take the same path, so that they get the same answer. The first stage keeps
 * a reservoir of candidates that may still pass its cut: a cut is a threshold that can only rise as
 * more of them come, so candidates under the current one can be dropped at once. The other stages
 * run on the remaining candidates when all have come.
 *
 * @throws DataError for no candidates, or fewer than K; FeatureError, ModelError where one fails.
 */
export async function rank<Row, L extends Label>(
  engine: RankEngine<Row, L>,
  candidates: Candidates<Row>,
  request: RankRequest<Row>,
): Promise<Ranked> {
  const interrupt = request.signal && new Interrupt(systemTimer, undefined, request.signal);
  try {
    return await rankWith(engine, candidates, { ...request, interrupt });
  } finally {
    interrupt?.close();
  }
}

async function rankWith<Row, L extends Label>(
  engine: RankEngine<Row, L>,
  candidates: Candidates<Row>,
  request: Interruptible<Row>,
): Promise<Ranked> {
  const { stages } = engine;
  if (stages.length === 0) return rankAll(engine, candidates, request);
  let { batches, count } = await collect(engine, candidates, request);
  checkCount(count, request.k);
  const reached = [count];
  batches = cutTo(batches, stages[0].cut, request, count);
  for (let s = 1; s < stages.length; s++) {
    reached.push(passingRows(batches));
    const scored: CandidateBatch<Row>[] = [];
    for (const batch of rebatched(batches)) scored.push(await passStage(engine, s, batch, request));
    batches = cutTo(scored, stages[s].cut, request, count);
  }
  reached.push(passingRows(batches));
  const best = new TopK(request.k);
  for (const batch of rebatched(batches)) await scoreFully(engine, batch, request, best);
  return { ...best.best(), reached };
}

/** Without stages the full model scores every candidate as it comes, and only the best are kept. */
async function rankAll<Row, L extends Label>(
  engine: RankEngine<Row, L>,
  candidates: Candidates<Row>,
  request: Interruptible<Row>,
): Promise<Ranked> {
  const best = new TopK(request.k);
  let count = 0;
  for await (const section of sectionsOf(candidates, request)) {
    for (const batch of batchesOf(section)) {
      count += batch.active.rows.length;
      await scoreFully(engine, batch, request, best);
    }
  }
  checkCount(count, request.k);
  return { ...best.best(), reached: [count] };
}

/** Takes all candidates through the first stage. @returns those that its cut may still keep */
async function collect<Row, L extends Label>(
  engine: RankEngine<Row, L>,
  candidates: Candidates<Row>,
  request: Interruptible<Row>,
): Promise<{ batches: readonly CandidateBatch<Row>[]; readonly count: number }> {
  const [{ cut }] = engine.stages;
  let batches: readonly CandidateBatch<Row>[] = [];
  let count = 0;
  let held = 0;
  // Fewer scores give no floor.
  let room = depthOf(cut, request.k) - 1;
  let sections = 0;
  for await (const section of sectionsOf(candidates, request)) {
    for (const batch of batchesOf(section)) {
      const scored = await passStage(engine, 0, batch, request);
      batches = [...batches, scored];
      count += scored.scores.length;
      held += scored.scores.length;
      if (held <= room) continue;
      batches = atLeastIn(
        batches,
        scoreFloor(cut, bestOf(scoresIn(batches), depthOf(cut, request.k)), request.k),
      );
      held = passingRows(batches);
      // So the reservoir is gone through again only when it has doubled.
      room = 2 * held + STREAM_BATCH;
    }
    // A section must not be held in memory for its few remaining candidates.
    if (++sections > 1) batches = [gathered(batches)];
  }
  return { batches, count };
}

/** Computes the missing blocks that a stage reads, and scores with it. */
async function passStage<Row, L extends Label>(
  { features, stages, ranking }: RankEngine<Row, L>,
  s: number,
  { section, active }: CandidateBatch<Row>,
  { rankClass, interrupt }: Interruptible<Row>,
): Promise<CandidateBatch<Row>> {
  const { model, reads, output } = stages[s];
  const reader = { reads, model: outputModel(model, output, rankClass) };
  const scores = await scored(features, reader, section, active, interrupt);
  return {
    section,
    active,
    scores: output === 'margin' ? scores : stageNumbers(ranking, scores, rankClass),
  };
}

async function scoreFully<Row, L extends Label>(
  { features, full, ranking }: RankEngine<Row, L>,
  { section, active }: CandidateBatch<Row>,
  { rankClass, interrupt }: Interruptible<Row>,
  best: TopK,
): Promise<void> {
  const scores = rankNumbers(ranking, await scored(features, full, section, active, interrupt), rankClass);
  const nan = scores.findIndex(Number.isNaN);
  if (nan >= 0) {
    const candidate = section.indices[active.rows[nan]];
    throw new ModelError(full.model.name, `gave NaN for candidate ${candidate}; expected numbers to rank by`);
  }
  for (let i = 0; i < scores.length; i++) best.push(scores[i], section.indices[active.rows[i]]);
}

async function scored<Row>(
  features: readonly NamedFeature<Row>[],
  { model, reads }: Reader,
  { view, indices }: CandidateSection<Row>,
  active: ActiveRows,
  interrupt: Interrupt | undefined,
): Promise<Float64Array> {
  interrupt?.throwIfAborted();
  await runAsync(addBlocks(features, reads, view, active, { origin: (row) => indices[row], interrupt }));
  return runAsync(score(model, reads, view, active, { interrupt }));
}
