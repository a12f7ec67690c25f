import { Thread } from './thread.js';

/** All threads of a pool, until they are gone: as long they may read shared memory. */
export class Threads {
  readonly living = new Set<Thread>();

  /**
   * @param program URL of the threads' program
   * @param memoryMb megabytes of a thread's heap
   * @param probes of a model that may fail in a minute, on each thread
   */
  constructor(
    private readonly program: URL,
    private readonly memoryMb: number | undefined,
    private readonly probes?: number,
  ) {}

  /** Starts one. @param onEnd called once when it has ended or is about to */
  start(onEnd: (thread: Thread) => void): Thread {
    const thread: Thread = new Thread(
      this.program,
      this.memoryMb,
      this.probes,
      () => onEnd(thread),
      () => this.living.delete(thread),
    );
    this.living.add(thread);
    return thread;
  }

  /** Ends them all. Fulfilled when they are gone. */
  async close(): Promise<void> {
    for (const thread of this.living) thread.kill('the server is closing');
    await Promise.all([...this.living].map((thread) => thread.left()));
  }
}
