/** The `lookup` feature: round trips shared between rows, calls and features. */

export type { BreakerOptions } from '../../util/retry/index.js';
export type { KeyOutcome } from './call.js';
export { type Fetch, type FetchedValue, type FetchedValues, fetcher } from './fetch.js';
export { SOURCE_OPTIONS, type SourceOptions } from './options.js';
export type { Fetcher, Key, SourceCounts } from './source.js';
export * from './sources/index.js';
