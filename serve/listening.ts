import type { Server } from 'node:net';
import { ListenError } from '../lib/errors.js';
import type { Closable } from '../lib/util/closable.js';

/** A server that takes calls until it is closed. */
export interface Listening extends Closable {
  readonly host: string;
  /** The port that it has, also where any free one was wanted. */
  readonly port: number;
  /**
   * Says from now on that it isn't ready, and still takes connections and answers. Over HTTP each answer ends its
   * connection, so that clients that keep theirs look elsewhere.
   */
  leave(): void;
  /**
   * Leaves, takes no connection any more, answers what has arrived, and ends connections. What is unfinished after
   * `drainMs` is cut.
   */
  close(): Promise<void>;
}

/** @throws ListenError where the system refuses the host or the port */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(new ListenError(host, port, error));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
