import { type Parameters, RequestError } from '../lib/protocol/messages/index.js';
import type { Call, Leaving } from './backend.js';
import { timeoutOf } from './protocol/index.js';

/** A call by a client over a connection. Its signal is made when somebody reads it: most calls need none. */
export class ClientCall implements Call, Leaving {
  private controller: AbortController | undefined;
  private isOver = false;
  private listeners: (() => void)[] | undefined;

  constructor(
    readonly tenant: string,
    readonly arrived: number,
    readonly deadline: number | undefined,
    readonly octets: number,
  ) {}

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.isOver) this.controller.abort(left());
    }
    return this.controller.signal;
  }

  get leaving(): Leaving {
    return this;
  }

  /** Whether the client has left. */
  get aborted(): boolean {
    return this.isOver;
  }

  addEventListener(_: 'abort', leave: () => void): void {
    this.listeners ??= [];
    this.listeners.push(leave);
  }

  removeEventListener(_: 'abort', leave: () => void): void {
    this.listeners = this.listeners?.filter((each) => each !== leave);
  }

  /** The client doesn't wait any more. */
  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.controller?.abort(left());
    const { listeners = [] } = this;
    this.listeners = undefined;
    for (const leave of listeners) leave();
  }
}

function left(): RequestError {
  return new RequestError('cancelled', 'the client left before it was answered');
}

/**
 * When an answer is worth nothing any more, in milliseconds of the timer that `arrived` is of. Undefined for a
 * request without `timeout`.
 *
 * @throws RequestError `invalid`
 */
export function deadlineOf(parameters: Parameters, arrived: number): number | undefined {
  const timeout = timeoutOf(parameters);
  return timeout === undefined ? undefined : arrived + timeout;
}
