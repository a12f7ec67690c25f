import { parentPort, workerData } from 'node:worker_threads';
import { member } from '../../lib/util/member.js';
import { ownTask } from '../../lib/util/workers/index.js';
import type { SliceAnswer } from '../executor.js';
import { type LoadTask, loadFault, ModelHost, type PackedSlice, sliceFault } from './hosting/index.js';
import type { FromThread, ToThread } from './messages.js';
import { handedOver, sentAnswer } from './sending.js';

/** The program of a thread: it loads models, and answers slices, one message at a time. */
function serve(port: NonNullable<typeof parentPort>): void {
  const probes = member(workerData, 'probes');
  const host = new ModelHost((url) => import(url), typeof probes === 'number' ? probes : undefined);
  const running = new Map<number, AbortController>();
  /**
   * Of the next slice: making one takes as long as a small model, and most slices are answered before they could be
   * cancelled.
   */
  let next = new AbortController();
  const send = (message: FromThread, memory: ArrayBuffer[] = []) => port.postMessage(message, memory);
  const load = async (id: number, task: LoadTask): Promise<void> => {
    try {
      send({ kind: 'loaded', id, loading: await host.load(task) });
    } catch (error) {
      send({ kind: 'failed', id, fault: loadFault(error) });
    }
  };
  const answered = (id: number, answer: SliceAnswer) =>
    send({ kind: 'answered', id, answer: sentAnswer(answer) }, handedOver(answer));
  const failed = (id: number, { model }: PackedSlice, error: unknown) =>
    send({ kind: 'failed', id, fault: sliceFault(model, error) });
  const waitFor = async (id: number, slice: PackedSlice, answer: Promise<SliceAnswer>): Promise<void> => {
    running.set(id, next);
    next = new AbortController();
    // Runs when the slice has left the thread to others, unless it is answered by then.
    const yielded = setImmediate(() => send({ kind: 'yielded', id }));
    try {
      const given = await answer;
      clearImmediate(yielded);
      answered(id, given);
    } catch (error) {
      clearImmediate(yielded);
      failed(id, slice, error);
    } finally {
      running.delete(id);
    }
  };
  const answer = (id: number, slice: PackedSlice): void => {
    try {
      const given = host.answer(slice, next.signal);
      if (given instanceof Promise) void waitFor(id, slice, given);
      else answered(id, given);
    } catch (error) {
      failed(id, slice, error);
    }
  };
  port.on('message', (message: ToThread) => {
    const { id } = message;
    switch (message.kind) {
      case 'slice':
        return answer(id, message.slice);
      case 'ping':
        return send({ kind: 'pong', id });
      case 'cancel':
        return running.get(id)?.abort();
      case 'unload':
        return void host.unload(message.key).then(() => send({ kind: 'unloaded', id }));
      case 'load':
        return void load(id, message.task);
    }
  });
  send({ kind: 'started', id: 0, task: ownTask() });
}

if (parentPort !== null) serve(parentPort);
