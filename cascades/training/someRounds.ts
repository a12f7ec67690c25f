import { pick } from '../../lib/data/blocks/index.js';
import { type Candidate, candidateOf } from '../chain/index.js';
import { stageEvidence } from '../scoring/index.js';
import type { Prefix } from '../types/index.js';
import type { StageTrainer } from './stageTrainer.js';

/** Candidates of one stage, whole and cut, and the trainer whose rounds they were fitted in. */
export interface TriedIn {
  readonly trainer: StageTrainer;
  readonly candidates: readonly Candidate[];
}

/**
 * The candidates that `trainer` would make of a stage, from those of some of its rounds and of the
 * others: what each round gave is used, and nothing is fitted.
 *
 * @param parts rounds of `trainer`, each once
 * @returns undefined where scores aren't kept, or prefixes differ between the parts
 */
export function joined(trainer: StageTrainer, parts: readonly TriedIn[]): Candidate[] | undefined {
  const { split, width } = trainer;
  const [{ candidates }] = parts;
  const place = placesOf(trainer);
  const all: Candidate[] = [];
  for (const [c, candidate] of candidates.entries()) {
    const scores = new Float64Array(split.scored.length * width).fill(Number.NaN);
    for (const part of parts) {
      const other = part.candidates[c];
      if (part.candidates.length !== candidates.length || !isSame(other.prefix, candidate.prefix))
        return undefined;
      if (other.scores === undefined) return undefined;
      for (const [i, row] of part.trainer.split.scored.entries()) {
        scores.set(other.scores.subarray(i * width, (i + 1) * width), place[row] * width);
      }
    }
    all.push(withScores(trainer, candidate, scores));
  }
  return all;
}

/** A candidate on the rows of some of its trainer's rounds; undefined where scores aren't kept. */
export function onSome(
  trainer: StageTrainer,
  some: StageTrainer,
  candidate: Candidate,
): Candidate | undefined {
  if (candidate.scores === undefined) return undefined;
  const place = placesOf(trainer);
  const rows = some.split.scored.map((row) => place[row]);
  return withScores(some, candidate, pick(candidate.scores, rows, trainer.width));
}

function withScores(trainer: StageTrainer, candidate: Candidate, scores: Float64Array): Candidate {
  const { loss, rule, width } = trainer;
  const evidence = stageEvidence(loss.lost, rule, scores.slice(), width);
  return candidateOf({ ...candidate, scores }, evidence, width);
}

/** For each development row its place among the scored ones. */
function placesOf({ blocks, split }: StageTrainer): Int32Array {
  const place = new Int32Array(blocks[0].rows).fill(-1);
  for (const [i, row] of split.scored.entries()) place[row] = i;
  return place;
}

function isSame(a: Prefix | null, b: Prefix | null): boolean {
  return a?.rounds === b?.rounds && a?.of === b?.of;
}
