import { parentPort, workerData } from 'node:worker_threads';
import { errorText } from '../errorText.js';
import { ABANDONED, NEXT, type UnitAnswer, type UnitsRequest } from './request.js';

/** Takes the next unit of a job; undefined where none is left, or the result isn't needed any more. */
export type ClaimUnit = () => number | undefined;

/**
 * Has this thread answer the jobs of its team.
 *
 * @param run computes the units that it claims. `thread` is this thread's number, from 0 on
 */
export function serveJobs<Job>(run: (job: Job, claim: ClaimUnit, thread: number) => Float64Array): void {
  const port = parentPort;
  if (port === null) throw new TypeError('jobs are served on worker threads alone');
  const thread = Number(workerData);
  port.on('message', ({ id, job, units, claims }: UnitsRequest<Job>) => {
    const answer = answerOf(id, () => run(job, () => claimed(claims, units), thread));
    port.postMessage(answer, 'values' in answer ? [answer.values.buffer as ArrayBuffer] : []);
  });
}

function claimed(claims: Int32Array, units: number): number | undefined {
  if (Atomics.load(claims, ABANDONED) === 1) return undefined;
  const unit = Atomics.add(claims, NEXT, 1);
  return unit < units ? unit : undefined;
}

function answerOf(id: number, run: () => Float64Array): UnitAnswer {
  try {
    return { id, values: run() };
  } catch (error) {
    return { id, failure: errorText(error) };
  }
}
