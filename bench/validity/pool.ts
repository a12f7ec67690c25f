import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Tally } from './trial.js';

/** Trials `from` to `to` of a subject, the last left out. */
export interface Task {
  /** The subject's position. */
  readonly subject: number;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Runs tasks in order in as many processes as there are cores. Each task has its own random numbers, so that what comes out
 * is the same on any number of them.
 *
 * @param done told of each result as it comes
 */
export async function runTasks(
  tasks: readonly Task[],
  quick: boolean,
  done: (task: Task, tally: Tally) => void,
): Promise<void> {
  const waiting = [...tasks].reverse();
  const processes = Math.min(availableParallelism(), tasks.length);
  await Promise.all(Array.from({ length: processes }, () => drain(waiting, quick, done)));
}

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

async function drain(
  waiting: Task[],
  quick: boolean,
  done: (task: Task, tally: Tally) => void,
): Promise<void> {
  // Its output is no part of ours: stdout is for the result alone.
  const worker = fork(WORKER, quick ? ['quick'] : [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    for (let task = waiting.pop(); task !== undefined; task = waiting.pop())
      done(task, await ask(worker, task));
  } finally {
    worker.disconnect();
  }
}

function ask(worker: ChildProcess, task: Task): Promise<Tally> {
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
