import { type ChildProcess, fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Trials `from` to `to` of a subject, the last left out. */
export interface Task {
  /** The subject's position. */
  readonly subject: number;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** How long a run is: `--quick`, `--full`, or between. */
export interface Length {
  readonly quick: boolean;
  readonly full?: boolean | undefined;
}

/** What a run without `--full` has of all trials, so that it ends within ten minutes. */
const SHARE = 1 / 4;

/** @param fewest trials that show what a subject is for: a planted fault may hide in fewer */
export function trialsAt({ quick, full }: Length, all: number, fewest: number): number {
  const least = Math.min(all, fewest);
  if (quick) return least;
  return full ? all : Math.max(least, Math.ceil(all * SHARE));
}

/** So many trials of a subject, in parts. */
export function tasksOf(subject: number, trials: number, seed: number, chunk: number): Task[] {
  return Array.from({ length: Math.ceil(trials / chunk) }, (_, i) => ({
    subject,
    seed,
    from: i * chunk,
    to: Math.min(trials, (i + 1) * chunk),
  }));
}

/**
 * Runs tasks in order in as many processes as there are cores. Each task has its own random
 * numbers, so that results are the same on any number of them.
 *
 * @param worker the module beside this one that runs them, answering each task with a tally
 * @param done called with each tally as it comes
 */
export async function runTasks<Tally>(
  worker: string,
  tasks: readonly Task[],
  quick: boolean,
  done: (task: Task, tally: Tally) => void,
): Promise<void> {
  const waiting = [...tasks].reverse();
  const processes = Math.min(availableParallelism(), tasks.length);
  const path = await bundled(worker);
  try {
    await Promise.all(Array.from({ length: processes }, () => drain(path, waiting, quick, done)));
  } finally {
    await rm(path);
  }
}

/**
 * One file of a worker and all its imports: a process then starts in a tenth of the time of
 * compiling them.
 */
async function bundled(worker: string): Promise<string> {
  const name = worker.replace(/\.ts$/, '');
  const path = fileURLToPath(new URL(`../../out/workers/${name}-${process.pid}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL(worker, import.meta.url))],
    outfile: path,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    logLevel: 'warning',
  });
  return path;
}

async function drain<Tally>(
  path: string,
  waiting: Task[],
  quick: boolean,
  done: (task: Task, tally: Tally) => void,
): Promise<void> {
  // Its output is no part of ours: stdout is for the result alone.
  const worker = fork(path, quick ? ['quick'] : [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Without our own arguments, such as a loader of TypeScript.
    execArgv: [],
  });
  try {
    for (let task = waiting.pop(); task !== undefined; task = waiting.pop())
      done(task, await request<Tally>(worker, task));
  } finally {
    worker.disconnect();
  }
}

function request<Tally>(worker: ChildProcess, task: Task): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown) => reject(new Error('a process that runs trials has ended', { cause }));
    worker.once('error', failed).once('exit', failed);
    worker.once('message', (tally: Tally) => {
      worker.off('error', failed).off('exit', failed);
      resolve(tally);
    });
    worker.send(task);
  });
}
