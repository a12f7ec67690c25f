import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Trials `from` to `to` of a subject, the last left out. */
export interface Task {
  /** The subject's position. */
  readonly subject: number;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
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
 * Runs tasks in order in as many processes as there are cores. Each task has its own random numbers, so that what comes out
 * is the same on any number of them.
 *
 * @param worker the module beside this one that runs them, answering each task with a tally
 * @param done told of each tally as it comes
 */
export async function runTasks<Tally>(
  worker: string,
  tasks: readonly Task[],
  quick: boolean,
  done: (task: Task, tally: Tally) => void,
): Promise<void> {
  const waiting = [...tasks].reverse();
  const processes = Math.min(availableParallelism(), tasks.length);
  await Promise.all(Array.from({ length: processes }, () => drain(worker, waiting, quick, done)));
}

async function drain<Tally>(
  module: string,
  waiting: Task[],
  quick: boolean,
  done: (task: Task, tally: Tally) => void,
): Promise<void> {
  const path = fileURLToPath(new URL(module, import.meta.url));
  // Its output is no part of ours: stdout is for the result alone.
  const worker = fork(path, quick ? ['quick'] : [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Tests run compiled, and what they fork is TypeScript all the same.
    execArgv: ['--import=tsx/esm'],
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
