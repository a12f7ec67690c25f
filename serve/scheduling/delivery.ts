import type { SliceAnswer } from '../executor.js';
import type { JobAnswer, QueuedJob, RowAnswers } from './job.js';
import type { ScheduledModel } from './queues.js';
import type { JobPiece } from './slices.js';

/** What a slice's answer lacks, in words; undefined: nothing. */
export function faultOf(
  answer: SliceAnswer,
  { rows, wantsScores }: { readonly rows: number; readonly wantsScores: boolean },
  { kind, width }: ScheduledModel,
): string | undefined {
  if (kind === 'ranker') return undefined;
  const { answers, scores, exits, degraded } = answer;
  if (answers.length !== rows) return `${answers.length} answers for ${rows} rows`;
  if (exits.length !== rows) return `${exits.length} exits for ${rows} rows`;
  if (degraded.length !== rows) return `${degraded.length} values of degraded for ${rows} rows`;
  if (scores.length % rows !== 0) return `${scores.length} scores for ${rows} rows`;
  if (wantsScores && scores.length !== rows * width)
    return `${scores.length} scores for ${rows} rows of ${width}`;
  return undefined;
}

/** The answer of a job all of whose rows were in one slice: views of the slice's from row `at` on. */
export function wholeAnswer(
  { job, mode, startedAt }: QueuedJob,
  answer: SliceAnswer,
  at: number,
  /** Of the slice; undefined: the job's alone. */
  rows: number | undefined,
  now: number,
): JobAnswer {
  const { answers, scores, exits, degraded, verdict } =
    rows === undefined ? answer : viewOf(answer, at, at + job.rows, rows, job.scores);
  const startMs = startedAt ?? now;
  return {
    answers,
    scores: job.scores ? scores : NONE,
    exits,
    degraded,
    verdict,
    mode,
    queueMs: Math.max(0, startMs - job.arrived),
    computeMs: now - startMs,
  };
}

const NONE = new Float64Array(0);

function viewOf(
  { answers, scores, exits, degraded, verdict }: SliceAnswer,
  from: number,
  to: number,
  rows: number,
  wantsScores: boolean,
): RowAnswers {
  const width = scores.length / rows;
  return {
    answers: answers.subarray(from, to),
    scores: wantsScores ? scores.subarray(from * width, to * width) : NONE,
    exits: exits.subarray(from, to),
    degraded: degraded.subarray(from, to),
    verdict,
  };
}

/**
 * Puts the answers to a piece of a job, from row `at` of a slice on, into the job's.
 *
 * @param rows of the slice
 */
export function putPart(
  { job, from, to }: JobPiece,
  answer: SliceAnswer,
  at: number,
  rows: number,
): RowAnswers {
  const { scores } = job.job;
  job.parts ??= emptyRows(job.rows, scores ? answer.scores.length / rows : 0, answer);
  const { parts } = job;
  const part = viewOf(answer, at, at + to - from, rows, scores);
  parts.answers.set(part.answers, from);
  parts.scores.set(part.scores, from * (parts.scores.length / job.rows));
  parts.exits.set(part.exits, from);
  parts.degraded.set(part.degraded, from);
  if (strength(part.verdict) < strength(parts.verdict)) parts.verdict = part.verdict;
  return parts;
}

function emptyRows(rows: number, width: number, { verdict }: { readonly verdict: string }): RowAnswers {
  return {
    answers: new Float64Array(rows),
    scores: new Float64Array(rows * width),
    exits: new Uint8Array(rows),
    degraded: new Uint8Array(rows),
    verdict,
  };
}

/** From weak to strong: what slices of one job have in common is the weakest verdict. */
const VERDICTS = ['void', 'degraded', 'exploratory', 'certified', 'full-model-only'];

function strength(verdict: string): number {
  return VERDICTS.indexOf(verdict);
}

/** The answer of a job all of whose parts are there. */
export function joinedAnswer({ job, mode, startedAt }: QueuedJob, parts: RowAnswers, now: number): JobAnswer {
  return {
    ...parts,
    mode,
    queueMs: Math.max(0, (startedAt ?? now) - job.arrived),
    computeMs: now - (startedAt ?? now),
  };
}

/** The answer to no rows. */
export function emptyAnswer({ modes: [own] }: ScheduledModel): JobAnswer {
  return {
    ...emptyRows(0, 0, own),
    mode: 0,
    queueMs: 0,
    computeMs: 0,
  };
}
