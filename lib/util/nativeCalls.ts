import { type Worker, workerData } from 'node:worker_threads';
import { member } from './member.js';

/** Calls under way, and this bit once the thread is to end. */
const ENDING = 1 << 30;
const NAME = 'spillwayNativeCalls';
/** Milliseconds for which a thread that is to end may be in native calls: one that hangs isn't in them. */
const CALL_MS = 60_000;

/**
 * Ends a thread that may be in a native call. ONNX Runtime aborts the whole process where its thread is terminated
 * meanwhile: such a thread ends itself, as soon as its calls have returned.
 */
export class NativeCalls {
  private readonly state = new Int32Array(new SharedArrayBuffer(4));
  /** What the thread is to be started with. */
  readonly workerData = { [NAME]: this.state };

  /** Lets no call begin any more. @returns whether none is under way: the thread can be terminated; else it ends itself */
  end(): boolean {
    return (Atomics.or(this.state, 0, ENDING) & ~ENDING) === 0;
  }

  /** Ends the thread, whatever it does: at once, or when its calls have returned. @returns when it is gone */
  async terminate(worker: Worker): Promise<void> {
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    if (this.end()) void worker.terminate();
    else {
      const force = setTimeout(() => void worker.terminate(), CALL_MS);
      worker.once('exit', () => clearTimeout(force));
      // A process that ends would terminate it in its call.
      worker.ref();
    }
    return gone;
  }
}

const own = member(workerData, NAME);
const state = own instanceof Int32Array ? own : undefined;

/** Runs a call of a native library; once its thread is to end, none begins. */
export async function nativeCall<Result>(call: () => Promise<Result>): Promise<Result> {
  if (state === undefined) return call();
  const isEnding = (Atomics.add(state, 0, 1) & ENDING) !== 0;
  try {
    if (!isEnding) return await call();
  } finally {
    // Of this thread, not of the process.
    if (Atomics.sub(state, 0, 1) - 1 === ENDING) process.exit();
  }
  return new Promise<never>(() => {});
}
