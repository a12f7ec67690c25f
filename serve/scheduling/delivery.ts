import type { SliceAnswer } from '../executor.js';
import type { JobAnswer, JobParts, QueuedJob, RowAnswers } from './job.js';
import type { ScheduledModel } from './queues.js';
import type { Piece } from './slices.js';

/** What a slice's answer lacks, in words; undefined: nothing. */
export function faultOf(
  answer: SliceAnswer,
  { rows, wantsScores }: { readonly rows: number; readonly wantsScores: boolean },
  { kind, width }: ScheduledModel,
): string | undefined {
  if (kind === 'ranker') return undefined;
  const own = lengthsFault(answer, rows);
  if (own !== undefined) return own;
  if (wantsScores && answer.scores.length !== rows * width) {
    return `${answer.scores.length} scores for ${rows} rows of ${width}`;
  }
  return answer.others?.map((other) => lengthsFault(other, rows)).find((fault) => fault !== undefined);
}

function lengthsFault({ answers, scores, exits, degraded }: SliceAnswer, rows: number): string | undefined {
  if (answers.length !== rows) return `${answers.length} answers for ${rows} rows`;
  if (exits.length !== rows) return `${exits.length} exits for ${rows} rows`;
  if (degraded.length !== rows) return `${degraded.length} values of degraded for ${rows} rows`;
  return scores.length % rows === 0 ? undefined : `${scores.length} scores for ${rows} rows`;
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
  const to = at + job.rows;
  const { answers, scores, exits, degraded, verdict } =
    rows === undefined ? answer : viewOf(answer, at, to, rows, job.scores);
  const startMs = startedAt ?? now;
  const own = {
    answers,
    scores: job.scores ? scores : NONE,
    exits,
    degraded,
    verdict,
    mode,
    queueMs: Math.max(0, startMs - job.arrived),
    computeMs: now - startMs,
  };
  if (answer.others === undefined) return own;
  const count = rows ?? job.rows;
  return { ...own, others: answer.others.map((other) => viewOf(other, at, to, count, job.scores)) };
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
export function putPart({ job, from, to }: Piece, answer: SliceAnswer, at: number, rows: number): JobParts {
  const { others = [] } = answer;
  const empty = (given: SliceAnswer) =>
    emptyRows(job.rows, job.job.scores ? given.scores.length / rows : 0, given);
  job.parts ??= { own: empty(answer), others: others.map(empty) };
  const { parts } = job;
  const until = at + to - from;
  put(parts.own, viewOf(answer, at, until, rows, job.job.scores), from, job.rows);
  for (const [o, own] of parts.others.entries()) {
    if (o < others.length) put(own, viewOf(others[o], at, until, rows, job.job.scores), from, job.rows);
  }
  return parts;
}

/** @param rows of `into` */
function put(into: JobParts['own'], part: RowAnswers, from: number, rows: number): void {
  into.answers.set(part.answers, from);
  into.scores.set(part.scores, from * (into.scores.length / rows));
  into.exits.set(part.exits, from);
  into.degraded.set(part.degraded, from);
  if (strength(part.verdict) < strength(into.verdict)) into.verdict = part.verdict;
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
export function joinedAnswer(
  { job, mode, startedAt }: QueuedJob,
  { own, others }: JobParts,
  now: number,
): JobAnswer {
  return {
    ...own,
    ...(others.length > 0 && { others }),
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
