import { Worker } from 'node:worker_threads';
import { errorText } from '../../lib/util/errorText.js';
import { NativeCalls } from '../../lib/util/nativeCalls.js';
import { threadFlags, waitedMs } from '../../lib/util/workers/index.js';
import type { ModelKey, SliceAnswer } from '../executor.js';
import type { FromThread, ToThread } from './messages.js';
import { receivedAnswer } from './sending.js';

/**
 * Megabytes of a thread's heap for what is short-lived. Node's own 48 are touched in turn and stay; a
 * sixth of it takes as much processor time.
 */
const YOUNG_MB = 8;

/** A thread, and the requests that it hasn't answered. */
export class Thread {
  private readonly worker: Worker;
  private readonly calls = new NativeCalls();
  private next = 1;
  private readonly waiting = new Map<number, Settle>();
  /** Fulfilled when the thread is gone. */
  private readonly gone: Promise<void>;
  /** Whether somebody waits for that. */
  private isExpected = false;
  /** Its number at the system, once it has said so. */
  private task: string | undefined;
  /** Why it ended, once it has. */
  ended: string | undefined;
  /** What ended it, where nothing caught it: whose code that was isn't known by what it computed then. */
  uncaught: unknown;
  /** Whether slices that it computed, or that waited, were lost with it. */
  hasFailedSlices = false;
  /** Models that it has loaded. */
  readonly models = new Set<ModelKey>();
  /** Files that it has imported: their digests, by URL. */
  readonly imported = new Map<string, string>();
  /** Identities of code under which it may have imported other code: files that were changed meanwhile. */
  readonly mistaken = new Set<string>();
  /** Models whose memory it may read: those that it was given to load and hasn't unloaded. */
  readonly holds = new Set<ModelKey>();
  private turn: Promise<unknown> = Promise.resolve();

  /**
   * @param program URL of the file that it runs
   * @param probes of a model that may fail in a minute
   * @param onEnd called once when the thread has ended or is about to, with the reason
   * @param onGone called when it is gone
   */
  constructor(
    program: URL,
    memoryMb: number | undefined,
    probes: number | undefined,
    private readonly onEnd: (why: string) => void,
    private readonly onGone: () => void,
  ) {
    this.worker = new Worker(program, {
      ...threadFlags(),
      workerData: { ...this.calls.workerData, probes },
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MB,
        ...(memoryMb !== undefined && { maxOldGenerationSizeMb: memoryMb }),
      },
    });
    this.worker.on('message', (message: FromThread) => {
      if (message.kind === 'started') {
        this.task = message.task;
        return;
      }
      const settle = this.waiting.get(message.id);
      if (message.kind !== 'yielded') this.waiting.delete(message.id);
      settle?.(
        message.kind === 'answered' ? { ...message, answer: receivedAnswer(message.answer) } : message,
      );
      this.rest();
    });
    this.worker.on('error', (error) => {
      if (!isOutOfMemory(error)) this.uncaught = error ?? 'nothing';
      this.end(whyOf(error));
    });
    this.gone = new Promise((resolve) => {
      this.worker.on('exit', (code) => {
        this.end(`it left with code ${code}`);
        this.onGone();
        resolve();
      });
    });
    this.rest();
  }

  /** Milliseconds for which it has waited for a core; undefined where the system doesn't say. */
  get waitedMs(): number | undefined {
    return waitedMs(this.task);
  }

  /** Sends a request. @param settle gets each answer; undefined once the thread has ended @returns the request's id */
  send(message: Sent, settle: Settle, memory: ArrayBuffer[] = []): number {
    const id = this.next++;
    if (this.ended !== undefined) {
      queueMicrotask(() => settle(undefined));
      return id;
    }
    if (this.waiting.size === 0) this.worker.ref();
    this.waiting.set(id, settle);
    const whole: ToThread = { ...message, id };
    this.worker.postMessage(whole, memory);
    return id;
  }

  /** Fulfilled once it takes messages, or has ended. */
  begun(): Promise<void> {
    return new Promise((resolve) => void this.send({ kind: 'ping' }, () => resolve()));
  }

  /** Runs one work after the other: what ends the thread meanwhile is the doing of one. */
  afterOthers<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const run = this.turn.then(work);
    this.turn = run.catch(() => {});
    return run;
  }

  /** Fulfilled when the thread is gone and reads no memory any more; until then the process lives. */
  left(): Promise<void> {
    this.isExpected = true;
    this.worker.ref();
    return this.gone;
  }

  cancel(id: number): void {
    if (this.ended === undefined) this.worker.postMessage({ kind: 'cancel', id } satisfies ToThread);
  }

  /** Ends the thread, whatever it does: at once, or when its native calls have returned. */
  kill(why: string): void {
    this.end(why);
    void this.calls.terminate(this.worker);
  }

  /** A thread that nothing is awaited of doesn't keep the process. */
  private rest(): void {
    if (this.waiting.size === 0 && !this.isExpected) this.worker.unref();
  }

  private end(why: string): void {
    if (this.ended !== undefined) return;
    this.ended = why;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    this.onEnd(why);
    for (const settle of waiting) settle(undefined);
  }
}

/** What a request to a thread comes to. */
type Received =
  | Exclude<FromThread, { readonly kind: 'answered' }>
  | { readonly kind: 'answered'; readonly id: number; readonly answer: SliceAnswer };

/** Gets each answer; undefined once the thread has ended. */
type Settle = (message: Received | undefined) => void;

type Without<Message> = Message extends { readonly id: number } ? Omit<Message, 'id'> : never;
/** A message whose id the thread gives. */
export type Sent = Without<ToThread>;

function whyOf(error: unknown): string {
  if (isOutOfMemory(error)) return 'it ran out of memory';
  return `it failed: ${errorText(error)}`;
}

function isOutOfMemory(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  );
}
