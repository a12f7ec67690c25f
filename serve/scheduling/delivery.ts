import type { LoadedModel, SliceAnswer } from '../executor.js';
import type { JobAnswer, JobParts, QueuedJob } from './job.js';
import type { Piece } from './slices.js';

/** What a slice's answer lacks, in words; undefined: nothing. */
export function faultOf(
  { answers, scores, exits, degraded }: SliceAnswer,
  { rows, wantsScores }: { readonly rows: number; readonly wantsScores: boolean },
  { kind, width }: LoadedModel,
): string | undefined {
  if (kind === 'ranker') return undefined;
  for (const [name, { length }] of Object.entries({ answers, exits, degraded })) {
    if (length !== rows) return `${length} ${name} for ${rows} rows`;
  }
  if (wantsScores && scores.length !== rows * width) {
    return `${scores.length} scores for ${rows} rows of ${width}`;
  }
  return undefined;
}

/** The answer of a job all of whose rows were in one slice: views of the slice's from row `at` on. */
export function wholeAnswer(
  { job, startedAt }: QueuedJob,
  answer: SliceAnswer,
  at: number,
  isAlone: boolean,
  mode: number,
  { modes, width }: LoadedModel,
  now: number,
): JobAnswer {
  const to = at + job.rows;
  const scores = job.scores ? answer.scores : NONE;
  return {
    answers: isAlone ? answer.answers : answer.answers.subarray(at, to),
    scores: isAlone ? scores : scores.subarray(at * width, to * width),
    exits: isAlone ? answer.exits : answer.exits.subarray(at, to),
    degraded: isAlone ? answer.degraded : answer.degraded.subarray(at, to),
    mode,
    modes: undefined,
    epsilon: modes[mode].epsilon,
    verdict: answer.verdict,
    ...times(job.arrived, startedAt, now),
  };
}

const NONE = new Float64Array(0);

/** Puts the answers to a piece of a job, from row `at` of a slice on, into the job's. */
export function putPart(
  { job, from, to }: Piece,
  answer: SliceAnswer,
  at: number,
  mode: number,
  width: number,
): JobParts {
  job.parts ??= partsOf(job, width, mode, answer.verdict);
  const { parts } = job;
  const until = at + to - from;
  parts.answers.set(answer.answers.subarray(at, until), from);
  if (job.job.scores) parts.scores.set(answer.scores.subarray(at * width, until * width), from * width);
  parts.exits.set(answer.exits.subarray(at, until), from);
  parts.degraded.set(answer.degraded.subarray(at, until), from);
  parts.modes.fill(mode, from, to);
  parts.leastMode = Math.min(parts.leastMode, mode);
  parts.mode = Math.max(parts.mode, mode);
  if (strength(answer.verdict) < strength(parts.verdict)) parts.verdict = answer.verdict;
  return parts;
}

/** From weak to strong: what slices of one job have in common is the weakest verdict. */
const VERDICTS = ['void', 'degraded', 'exploratory', 'certified', 'full-model-only'];

function strength(verdict: string): number {
  return VERDICTS.indexOf(verdict);
}

/** The answer of a job all of whose parts are there. */
export function joinedAnswer(
  { job, startedAt }: QueuedJob,
  { answers, scores, exits, degraded, modes, mode, leastMode, verdict }: JobParts,
  { modes: promises }: LoadedModel,
  now: number,
): JobAnswer {
  return {
    answers,
    scores,
    exits,
    degraded,
    mode,
    modes: leastMode === mode ? undefined : modes,
    epsilon: promises[mode].epsilon,
    verdict,
    ...times(job.arrived, startedAt, now),
  };
}

/** The answer to no rows. */
export function emptyAnswer({ modes: [{ epsilon, verdict }] }: LoadedModel): JobAnswer {
  const [none, nobody] = [new Float64Array(0), new Uint8Array(0)];
  return {
    answers: none,
    scores: none,
    exits: nobody,
    degraded: nobody,
    mode: 0,
    modes: undefined,
    epsilon,
    verdict,
    queueMs: 0,
    computeMs: 0,
  };
}

function partsOf(job: QueuedJob, width: number, mode: number, verdict: string): JobParts {
  const { rows } = job;
  return {
    answers: new Float64Array(rows),
    scores: new Float64Array(job.job.scores ? rows * width : 0),
    exits: new Uint8Array(rows),
    degraded: new Uint8Array(rows),
    modes: new Uint8Array(rows),
    mode,
    leastMode: mode,
    verdict,
  };
}

function times(arrived: number, startedAt = arrived, now: number) {
  return { queueMs: Math.max(0, startedAt - arrived), computeMs: Math.max(0, now - startedAt) };
}
