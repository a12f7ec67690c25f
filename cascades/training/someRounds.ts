import { pick } from '../../lib/data/blocks/index.js';
import { type Candidate, candidateOf } from '../chain/index.js';
import { stageEvidence } from '../scoring/index.js';
import type { Prefix } from '../types/index.js';
import type { Judging } from './judging.js';
import type { Material } from './material.js';

/** Candidates of one stage, whole and cut, and how they were judged. */
export interface TriedIn {
  readonly judging: Judging;
  readonly candidates: readonly Candidate[];
}

/**
 * The candidates that `judging` would make of a stage, from those of some of its rounds and of the
 * others: what each round gave is used, and nothing is fitted.
 *
 * @param parts rounds of `judging`, each once
 * @returns undefined where scores aren't kept, or prefixes differ between the parts
 */
export function joined(
  material: Material,
  judging: Judging<'selection'>,
  parts: readonly TriedIn[],
): Candidate[] | undefined {
  const { width } = material;
  const [{ candidates }] = parts;
  const place = placesOf(material, judging);
  const all: Candidate[] = [];
  for (const [c, candidate] of candidates.entries()) {
    const scores = new Float64Array(judging.scored.length * width).fill(Number.NaN);
    for (const part of parts) {
      const other = part.candidates[c];
      if (part.candidates.length !== candidates.length || !isSame(other.prefix, candidate.prefix))
        return undefined;
      if (other.scores === undefined) return undefined;
      for (const [i, row] of part.judging.scored.entries()) {
        scores.set(other.scores.subarray(i * width, (i + 1) * width), place[row] * width);
      }
    }
    all.push(withScores(material, judging, candidate, scores));
  }
  return all;
}

/** A candidate on some of the rows that judged it; undefined where scores aren't kept. */
export function onSome(
  material: Material,
  judging: Judging<'selection'>,
  some: Judging,
  candidate: Candidate,
): Candidate | undefined {
  if (candidate.scores === undefined) return undefined;
  const place = placesOf(material, judging);
  const rows = some.scored.map((row) => place[row]);
  return withScores(material, some, candidate, pick(candidate.scores, rows, material.width));
}

function withScores(
  { rule, width }: Material,
  { loss }: Judging,
  candidate: Candidate,
  scores: Float64Array,
): Candidate {
  const evidence = stageEvidence(loss.lost, rule, scores.slice(), width);
  return candidateOf({ ...candidate, scores }, evidence, width);
}

/** For each development row its place among the scored ones. */
function placesOf({ blocks }: Material, { scored }: Judging): Int32Array {
  const place = new Int32Array(blocks[0].rows).fill(-1);
  for (const [i, row] of scored.entries()) place[row] = i;
  return place;
}

function isSame(a: Prefix | null, b: Prefix | null): boolean {
  return a?.rounds === b?.rounds && a?.of === b?.of;
}
