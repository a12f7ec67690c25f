import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Allows, ANY, originRule } from '../access/index.js';

/** What pages may read of answers beside their bodies. */
const EXPOSED = 'Inference-Header-Content-Length, Retry-After';
/** Seconds for which a browser keeps what it was told: Chromium's most. */
const KEPT_S = 7200;

/**
 * Answers to pages of other origins, which browsers hand on only where the server says so.
 *
 * @see WHATWG, "Fetch": HTTP extensions, CORS protocol
 */
export class Cors {
  readonly allows: Allows;
  private readonly isForAll: boolean;

  /** @throws OptionError for what are no origins */
  constructor(origins: readonly string[]) {
    this.allows = originRule(origins);
    this.isForAll = origins.includes(ANY);
  }

  /** Says on an answer, whatever it will be, who may read it. */
  mark({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    // Caches must keep an answer to one origin from the others.
    if (!this.isForAll) response.setHeader('Vary', 'Origin');
    if (origin === undefined || !this.allows(origin)) return;
    response.setHeader('Access-Control-Allow-Origin', this.isForAll ? ANY : origin);
    response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  }

  /**
   * What a page may send, which its browser asks first: any headers, since its origin was allowed.
   *
   * @returns names and values, one after the other
   */
  preflight({ headers }: IncomingMessage, methods: string): readonly string[] {
    if (headers.origin === undefined || !this.allows(headers.origin)) return [];
    const asked = headers['access-control-request-headers'];
    return [
      'Access-Control-Allow-Methods',
      methods,
      ...(asked === undefined ? [] : ['Access-Control-Allow-Headers', asked]),
      'Access-Control-Max-Age',
      String(KEPT_S),
    ];
  }
}
