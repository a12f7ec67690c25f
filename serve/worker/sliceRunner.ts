import { RequestError } from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import { afterCoreTime } from '../../lib/util/workers/index.js';
import { packed, receivedFault } from './hosting/index.js';
import type { PooledSlice } from './pooledSlice.js';
import type { Seat } from './seat.js';
import type { Thread } from './thread.js';

/** Runs slices on threads, and ends a thread whose slice computes for too long. */
export class SliceRunner {
  /** @param dispatch called when a thread may be free */
  constructor(
    private readonly timer: Timer,
    private readonly dispatch: () => void,
  ) {}

  /** Starts a slice on a thread that is free; one whose deadline has passed fails. */
  start(seat: Seat, job: PooledSlice): void {
    const { thread } = seat;
    const { deadlineMs } = job.slice;
    const left = deadlineMs === undefined ? undefined : deadlineMs - (this.timer.now() - job.since);
    if (left !== undefined && left < 0) {
      job.fail(
        new RequestError('deadline', `the deadline passed before model '${job.slice.model}' was asked`),
      );
      this.dispatch();
      return;
    }
    const { slice, memory } = packed({ ...job.slice, deadlineMs: left });
    seat.computing = job;
    seat.jobs.add(job);
    const unlimit = afterCoreTime(this.timer, thread, job.limitMs, () =>
      this.blame(seat, thread, job, `computed for more than ${Math.round(job.limitMs)} ms`),
    );
    const free = () => {
      unlimit();
      if (seat.computing === job) seat.computing = undefined;
    };
    const id = thread.send(
      { kind: 'slice', slice },
      (message) => {
        free();
        // The thread has ended: `lost` has seen to the slice.
        if (message === undefined) return;
        if (message.kind === 'yielded') {
          job.yield();
          this.watch(seat, thread, job.limitMs);
        } else {
          seat.jobs.delete(job);
          if (message.kind === 'answered') job.succeed(message.answer);
          else if (message.kind === 'failed') job.fail(receivedFault(message.fault));
        }
        this.dispatch();
      },
      memory,
    );
    job.onSettled(() => {
      if (seat.jobs.has(job)) thread.cancel(id);
    });
  }

  /** Sees that a thread on which only slices are that wait still takes messages. */
  private watch(seat: Seat, thread: Thread, limitMs: number): void {
    if (seat.isPinged || thread.ended !== undefined) return;
    seat.isPinged = true;
    let answered = false;
    thread.send({ kind: 'ping' }, (message) => {
      answered = true;
      seat.isPinged = false;
      if (message === undefined) return;
      if (seat.jobs.size > 0) this.timer.after(limitMs / 2, () => this.watch(seat, thread, limitMs));
    });
    const check = () => {
      if (answered || thread.ended !== undefined) return;
      // While a slice computes, its own limit holds.
      if (seat.computing !== undefined || seat.loading > 0) afterCoreTime(this.timer, thread, limitMs, check);
      else thread.kill('a slice blocked it after a wait');
    };
    afterCoreTime(this.timer, thread, limitMs, check);
  }

  /** Ends the thread of a slice that is to blame. */
  private blame(seat: Seat, thread: Thread, job: PooledSlice, why: string): void {
    if (seat.thread !== thread || seat.computing !== job) return;
    thread.kill(`its slice ${why}`);
  }
}
