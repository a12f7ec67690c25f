import { parentPort } from 'node:worker_threads';
import type { Sent } from './crew.js';
import { joinJobs, runPart } from './jobs.js';
import { awaitJob, takeParts } from './parts.js';

/** One thread more of a fit: takes parts of jobs until it is terminated. */
parentPort?.once('message', ({ shared, control, thread }: Sent) => {
  const jobs = joinJobs(shared, thread);
  for (;;) {
    takeParts(control, (job, part) => runPart(jobs, job, part));
    awaitJob(control);
  }
});
