import { parentPort, workerData } from 'node:worker_threads';
import type { SliceAnswer } from '../executor.js';
import { ownTask } from './coreTime.js';
import { loadFault, sliceFault } from './faults.js';
import { ModelHost } from './host.js';
import type { FromThread, ThreadSettings, ToThread } from './messages.js';

/** The program of a thread: it loads models, and answers slices, one message at a time. */
function serve(port: NonNullable<typeof parentPort>, settings: ThreadSettings): void {
  const host = new ModelHost((url) => import(url), settings.cacheOctets);
  const running = new Map<number, AbortController>();
  const send = (message: FromThread, memory: ArrayBuffer[] = []) => port.postMessage(message, memory);
  const handle = async (message: ToThread): Promise<void> => {
    switch (message.kind) {
      case 'ping':
        return send({ kind: 'pong', id: message.id });
      case 'cancel':
        return running.get(message.id)?.abort();
      case 'unload':
        host.unload(message.key);
        return send({ kind: 'unloaded', id: message.id });
      case 'load':
        try {
          send({ kind: 'loaded', id: message.id, loading: await host.load(message.task) });
        } catch (error) {
          send({ kind: 'failed', id: message.id, fault: loadFault(error) });
        }
        return;
      case 'slice': {
        const { id, slice } = message;
        Atomics.store(settings.begun, 0, id);
        const controller = new AbortController();
        running.set(id, controller);
        // Runs when the slice has left the thread to others, unless it is answered by then.
        const yielded = setImmediate(() => send({ kind: 'yielded', id }));
        try {
          const answer = await host.answer(slice, controller.signal);
          clearImmediate(yielded);
          send({ kind: 'answered', id, answer }, memoryOf(answer));
        } catch (error) {
          clearImmediate(yielded);
          send({ kind: 'failed', id, fault: sliceFault(slice.model, error) });
        } finally {
          running.delete(id);
        }
      }
    }
  };
  port.on('message', handle);
  send({ kind: 'started', id: 0, task: ownTask() });
}

/** Octets from which on handing over memory is quicker than copying it. */
const LARGE = 1 << 16;

function memoryOf({ scores, answers }: SliceAnswer): ArrayBuffer[] {
  return [scores, answers].flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength >= LARGE ? [buffer] : [],
  );
}

if (parentPort !== null) serve(parentPort, workerData);
