import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import { errorText } from '../errorText.js';
import { member } from '../member.js';
import { ownTask } from './coreTime.js';
import { COMPUTES, type FromCrew, type ToCrew } from './crewMessage.js';

/** The circumstances of a task on its thread. */
export interface TaskContext {
  /** Aborted when the result isn't needed any more. */
  readonly signal: AbortSignal;
  /** Reports the share that is done, 0 … 1. */
  readonly onProgress: (share: number) => void;
  /** To be called when the task only waits: the thread is given the next one meanwhile. */
  readonly onWait: () => void;
}

/** Progress is sent in steps of this share: every message takes the receiver's time. */
const STEP = 0.02;

/**
 * Has this thread do the tasks of its crew.
 *
 * @param run does one; it must let events in now and then, or it won't see its signal
 * @param moved the parts of a result that are moved to the caller instead of copied
 * @param ready settled when the thread has started
 */
export function serveTasks<Task, Result>(
  run: (task: Task, context: TaskContext) => Promise<Result>,
  moved: (result: Result) => readonly TransferListItem[],
  ready: Promise<unknown> = Promise.resolve(),
): void {
  const port = parentPort;
  if (port === null) throw new TypeError('tasks are served on worker threads alone');
  const running = new Map<number, AbortController>();
  const own = member(workerData, COMPUTES);
  const computes = own instanceof Int32Array ? own : new Int32Array(1);
  const answer = async (id: number, task: Task) => {
    const controller = new AbortController();
    running.set(id, controller);
    Atomics.store(computes, 0, id);
    const pause = () => Atomics.compareExchange(computes, 0, id, -1);
    let last = 0;
    const onProgress = (share: number) => {
      if (share < last + STEP) return;
      last = share;
      port.postMessage({ id, share } satisfies FromCrew<Result>);
    };
    const onWait = () => {
      pause();
      port.postMessage({ id, waits: true } satisfies FromCrew<Result>);
    };
    try {
      const result = await run(task, { signal: controller.signal, onProgress, onWait });
      port.postMessage({ id, result } satisfies FromCrew<Result>, moved(result));
    } catch (error) {
      const failure = errorText(error);
      port.postMessage({ id, failure } satisfies FromCrew<Result>);
    } finally {
      pause();
      running.delete(id);
    }
  };
  port.on('message', (message: ToCrew<Task>) => {
    if ('ping' in message) port.postMessage({ pong: true } satisfies FromCrew<Result>);
    else if ('left' in message) running.get(message.id)?.abort();
    else void answer(message.id, message.task);
  });
  port.postMessage({ number: ownTask() } satisfies FromCrew<Result>);
  const started = () => port.postMessage({ started: true } satisfies FromCrew<Result>);
  ready.then(started, started);
}
