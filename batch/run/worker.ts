import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Timer } from '../../lib/util/timer.js';
import { threadFlags } from '../../lib/util/workers/index.js';
import type { FromWorker, ToWorker } from './messages.js';

/** A worker that is gone. */
export interface Died {
  readonly kind: 'died';
  /** `exit code 7`, `signal SIGKILL`, or that it gave no sign of life. */
  readonly how: string;
  /** The first row of the batch in hand; undefined before the first batch of a unit. */
  readonly row: number | undefined;
}

export type WorkerReply = Exclude<FromWorker, { kind: 'batch' }> | Died;

export interface WorkerSetup {
  readonly program: URL;
  readonly timer: Timer;
  /** Milliseconds for which it may say nothing while it answers a unit, at least. */
  readonly batchMs: number;
}

/** The same while it loads the model, and after it is told to stop. */
const START_MS = 600_000;
const STOP_MS = 10_000;
/** A batch may take so many times as long as the slowest before. */
const SLOWER = 20;

/** A process that answers units. */
export class Worker {
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private settle: (reply: WorkerReply) => void = () => {};
  private died: Died | undefined;
  private row: number | undefined;
  private heard = 0;
  private slowest = 0;
  private unwatch = () => {};

  constructor(private readonly setup: WorkerSetup) {
    this.child = fork(fileURLToPath(setup.program), {
      // What its features print must not be taken for the result.
      stdio: ['ignore', 2, 2, 'ipc'],
      // JSON has no BigInt, as errors may.
      serialization: 'advanced',
      ...threadFlags(),
    });
    this.child.on('message', (message: FromWorker) => this.hear(message));
    this.exited = new Promise((resolve) => {
      const end = (how: string) => {
        this.died ??= { kind: 'died', how, row: this.row };
        this.reply(this.died);
        resolve();
      };
      this.child.once('error', (error) => end(error.message));
      this.child.once('exit', (code, signal) =>
        end(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });
  }

  /** Has it do something. One thing at a time. */
  ask(message: Exclude<ToWorker, { kind: 'stop' }>): Promise<WorkerReply> {
    return new Promise((resolve) => {
      if (this.died !== undefined) return resolve(this.died);
      this.settle = resolve;
      this.row = undefined;
      this.heard = this.setup.timer.now();
      if (message.kind === 'start') this.expect(START_MS);
      else this.expectBatch();
      this.tell(message);
    });
  }

  /** Ends it; a unit in hand is dropped. */
  async stop(): Promise<void> {
    this.tell({ kind: 'stop' });
    const inTime = this.setup.timer.after(STOP_MS, () => this.child.kill('SIGKILL'));
    await this.exited;
    inTime();
  }

  private tell(message: ToWorker): void {
    // It may end at any moment, and then its exit is told.
    if (this.child.connected) this.child.send(message, () => {});
  }

  private hear(message: FromWorker): void {
    if (message.kind !== 'batch') {
      this.reply(message);
      return;
    }
    const now = this.setup.timer.now();
    // The first batch waits for its row group, and the last for the disk, as others don't.
    this.slowest = Math.max(this.slowest, now - this.heard);
    this.heard = now;
    this.row = message.row;
    this.expectBatch();
  }

  private reply(reply: WorkerReply): void {
    this.unwatch();
    const settle = this.settle;
    this.settle = () => {};
    settle(reply);
  }

  private expectBatch(): void {
    this.expect(Math.max(this.setup.batchMs, SLOWER * this.slowest));
  }

  /** Ends it if it says nothing for so long: a process may be stopped, or its machine's disk gone. */
  private expect(ms: number): void {
    this.unwatch();
    this.unwatch = this.setup.timer.after(ms, () => {
      this.died ??= { kind: 'died', how: `no sign of life for ${Math.round(ms / 1_000)} s`, row: this.row };
      this.child.kill('SIGKILL');
    });
  }
}
