import { RequestError } from '../../lib/protocol/messages/index.js';

/**
 * What a caller may do. `infer`: ask models, and read their metadata and states; `admin`: load and unload models;
 * `metrics`: read what the server counts.
 */
export type Right = 'infer' | 'admin' | 'metrics';

export const RIGHTS: readonly Right[] = ['infer', 'admin', 'metrics'];

/** Who calls. */
export interface Caller {
  /** Whose limits and share of the cores apply. */
  readonly tenant: string;
  readonly rights: ReadonlySet<Right>;
}

/** Tells callers apart by the headers of their requests. */
export interface Access {
  /**
   * @param authorization the header of that name
   * @param apiKey the header `x-api-key`
   * @throws RequestError `unauthenticated`, also as a rejection; `unavailable` if a token's keys can't be fetched
   */
  identify(authorization: string | undefined, apiKey: string | undefined): Caller | Promise<Caller>;
}

/**
 * The caller, who has a right.
 *
 * @throws RequestError `denied`
 */
export function requireRight(caller: Caller, right: Right): Caller {
  if (caller.rights.has(right)) return caller;
  const others = [...caller.rights].map((one) => `'${one}'`).join(', ') || 'none';
  throw new RequestError(
    'denied',
    `this needs the right '${right}', and the key of tenant '${caller.tenant}' has ${others}`,
  );
}
