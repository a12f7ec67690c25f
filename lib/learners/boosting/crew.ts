import { Worker } from 'node:worker_threads';
import type { SharedJobs } from './jobs.js';
import { CONTROL_WORDS, shareOut } from './parts.js';

/** What a worker is sent. */
export interface Sent {
  readonly shared: SharedJobs;
  readonly control: Int32Array;
  /** Which of the threads it is: 1, 2, … */
  readonly thread: number;
}

/**
 * The threads of a fit: the one that fits, and workers that take parts of its jobs once they have started.
 *
 * Whatever keeps a worker from starting, such as a bundle that lacks its file, leaves the others with all parts.
 */
export class Crew {
  private readonly workers: readonly Worker[];
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));

  /** Whether workers are offered parts now. */
  isSharing: boolean;

  constructor(readonly threads: number) {
    this.isSharing = threads > 1;
    this.workers = startWorkers(threads - 1);
  }

  /** Lets workers take parts of the jobs that follow. */
  give(shared: SharedJobs): void {
    this.workers.forEach((worker, i) => {
      worker.postMessage({ shared, control: this.control, thread: i + 1 } satisfies Sent);
    });
  }

  /** Runs the parts 0 … parts - 1 of a job in any order, on any thread. */
  run(job: number, parts: number, work: (job: number, part: number) => void): void {
    if (this.isSharing && this.workers.length > 0 && parts > 1) shareOut(this.control, job, parts, work);
    else for (let part = 0; part < parts; part++) work(job, part);
  }

  /** Numbers that all threads can reach. */
  numbers(length: number): Float64Array {
    return new Float64Array(
      this.threads > 1 ? new SharedArrayBuffer(8 * length) : new ArrayBuffer(8 * length),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

function startWorkers(count: number): Worker[] {
  const workers: Worker[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const worker = startWorker();
      worker.on('error', () => {});
      worker.unref();
      workers.push(worker);
    }
  } catch {
    // Those that have started are enough.
  }
  return workers;
}

function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./boostingWorker.js', import.meta.url));
  // The sources, as tests run them by tsx, which doesn't reach into workers by itself.
  const source = new URL('./boostingWorker.ts', import.meta.url);
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import('${source}'); })`;
  return new Worker(code, { eval: true });
}
