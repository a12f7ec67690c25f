import type { Access, Caller } from './caller.js';

/** Access that can be replaced while requests come: whose headers are there is judged by what holds then. */
export class ReplaceableAccess implements Access {
  constructor(private current: Access) {}

  /** From now on. Requests that were let in are answered. */
  replace(by: Access): void {
    this.current = by;
  }

  identify(authorization: string | undefined, apiKey: string | undefined): Caller | Promise<Caller> {
    return this.current.identify(authorization, apiKey);
  }
}
