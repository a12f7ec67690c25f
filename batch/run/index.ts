/** A run over files: units shared out among workers, each output committed once, resumed by what is there. */

export { type Commitment, commitFile } from './commit.js';
export { type DigestOptions, type OutputDigest, outputDigest } from './digest.js';
export { type CommittedUnit, type Manifest, mergeManifests, type RunTotals } from './manifest.js';
export type { RunOptions, RunProgress } from './options.js';
export { forecastRun, type RunForecast, type RunResult, runBatch } from './run.js';
export { RunError } from './runError.js';
export { type Shard, shardOf } from './shard.js';
export { type RunStatus, statusOf } from './status.js';
export { type FailedUnit, forgetFailed } from './store.js';
export { type ChangedUnit, type Verified, verifyRun } from './verify.js';
