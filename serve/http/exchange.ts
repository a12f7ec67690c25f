import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Backend } from '../backend.js';
import type { HttpSettings } from './options.js';

/** A request that was admitted, and the response that will answer it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The names in its path: empty, and undefined, where it has none. */
  readonly model: string;
  readonly version: string | undefined;
  /** What follows `?` in its target. */
  readonly query: string;
  readonly tenant: string;
  /** When it came, by the server's timer. */
  readonly arrived: number;
  readonly backend: Backend;
  readonly settings: HttpSettings;
  /** Whether new work is welcome. */
  readonly isOpen: boolean;
}
