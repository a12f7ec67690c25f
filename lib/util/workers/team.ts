import { Worker } from 'node:worker_threads';
import { ThreadError } from '../../errors.js';
import { unlessAborted } from '../abort.js';
import { type Closable, closable } from '../closable.js';
import { errorText } from '../errorText.js';
import { ABANDONED, type UnitAnswer, type UnitsRequest } from './request.js';
import { threadFlags } from './threadFlags.js';

/** Worker threads that share the units of jobs out among them. */
export interface Team<Job> extends Closable {
  /** How many they are. */
  readonly threads: number;
  /**
   * Has all threads take units of a job until none is left. Jobs may overlap: a thread does them in their order.
   *
   * A lost thread is replaced, and its job done again from the start, twice at most.
   *
   * @param job is copied to the threads, but for shared memory
   * @param units how many there are
   * @returns what each thread made of its units
   * @throws ThreadError; the signal's reason, at once if that is aborted
   */
  share(job: Job, units: number, signal?: AbortSignal): Promise<readonly Float64Array[]>;
}

/** A job that loses its threads so often will lose the next ones too. */
const ATTEMPTS = 3;

/**
 * Starts threads. They don't keep a process alive that waits for nothing else.
 *
 * @param url of a module that calls `serveJobs`
 */
export function startTeam<Job>(threads: number, url: URL): Team<Job> {
  const members = Array.from({ length: threads }, (_, i) => new Member<Job>(url, i));
  const once = async (job: Job, units: number, signal: AbortSignal | undefined) => {
    const claims = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    const answers = Promise.allSettled(members.map((member) => member.send({ job, units, claims })));
    try {
      return await (signal === undefined ? answers : unlessAborted(answers, signal));
    } finally {
      // After an abort threads go on to the next job.
      Atomics.store(claims, ABANDONED, 1);
    }
  };
  return {
    threads,
    async share(job, units, signal) {
      signal?.throwIfAborted();
      for (let attempt = 1; ; attempt++) {
        const outcomes = await once(job, units, signal);
        const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? outcome.reason : []));
        if (reasons.length === 0) {
          return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
        }
        const fatal = reasons.find((reason) => !(reason instanceof ThreadError && reason.reason === 'lost'));
        if (fatal !== undefined || attempt === ATTEMPTS) throw fatal ?? reasons[0];
      }
    },
    ...closable(async () => {
      await Promise.all(members.map((member) => member.close()));
    }),
  };
}

interface Waiting {
  readonly resolve: (values: Float64Array) => void;
  readonly reject: (error: ThreadError) => void;
}

/** A thread's place in the team: another thread takes it where one is lost. */
class Member<Job> {
  private worker: Worker | undefined;
  private isClosed = false;
  private requests = 0;
  private readonly waiting = new Map<number, Waiting>();
  private idle: (() => void) | undefined;

  constructor(
    private readonly url: URL,
    private readonly index: number,
  ) {
    this.worker = this.start();
  }

  send(request: Omit<UnitsRequest<Job>, 'id'>): Promise<Float64Array> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) {
        reject(new ThreadError('closed', 'these threads were closed'));
        return;
      }
      this.worker ??= this.start();
      const id = this.requests++;
      const sent: UnitsRequest<Job> = { ...request, id };
      this.worker.postMessage(sent);
      this.worker.ref();
      this.waiting.set(id, { resolve, reject });
    });
  }

  /** Ends the thread once it has answered. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.waiting.size > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    await this.worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.url, { workerData: this.index, ...threadFlags() });
    worker.unref();
    let why = 'it ended';
    worker.on('message', (answer: UnitAnswer) => this.settle(answer));
    worker.on('error', (error: unknown) => {
      why = errorText(error);
    });
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
      for (const { reject } of this.waiting.values()) {
        reject(new ThreadError('lost', `a thread was lost: ${why}`));
      }
      this.waiting.clear();
      this.idle?.();
    });
    return worker;
  }

  private settle(answer: UnitAnswer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) {
      this.worker?.unref();
      this.idle?.();
    }
    if ('values' in answer) waiting?.resolve(answer.values);
    else waiting?.reject(new ThreadError('failed', `a thread failed: ${answer.failure}`));
  }
}
