import type { Closable } from '../lib/closable.js';

/** A server that takes calls until it is closed. */
export interface Listening extends Closable {
  readonly host: string;
  /** The port that it has, also where any free one was wanted. */
  readonly port: number;
  /**
   * Drains: takes no connection any more, says that it isn't ready, answers what has arrived, and ends connections. What is
   * unfinished after `drainMs` is cut.
   */
  close(): Promise<void>;
}
