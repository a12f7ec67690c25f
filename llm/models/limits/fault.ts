import type { ServerError } from '../../../lib/errors.js';
import type { LimitNews } from './limitNews.js';

/** An attempt that brought no reply. */
export class ProviderFault extends Error {
  constructor(
    /** What users see of it. */
    readonly error: ServerError,
    readonly details: {
      /** Whether the request may have been charged all the same. */
      readonly paid: 'no' | 'maybe';
      /**
       * `again`: the same may succeed later; `busy`: it will, once the provider has room; `changed`: the next one is another
       * request, and goes at once; `never`: no other attempt would.
       */
      readonly next: 'again' | 'busy' | 'changed' | 'never';
      readonly news?: LimitNews | undefined;
    },
  ) {
    super(error.message);
  }
}
