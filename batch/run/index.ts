/** A run over files: units shared out among workers, each output committed once, resumed by what is there. */

export { type Commitment, commitFile } from './commit.js';
export { type DigestOptions, type OutputDigest, outputDigest } from './digest.js';
export { type CommittedUnit, type Manifest, mergeManifests, type RunTotals, unitText } from './manifest.js';
export { outputOptions, type RunOptions, type RunProgress } from './options.js';
export { plannedUnits, readPlan } from './plan.js';
export { forecastRun, type RunForecast, type RunResult, runBatch } from './run.js';
export { RunError } from './runError.js';
export { type Shard, shardOf, WHOLE } from './shard.js';
export { type RunStatus, statusOf, writeManifest } from './status.js';
export { CERTIFICATE, type FailedUnit, forgetFailed, RunFolder } from './store.js';
export { type ChangedUnit, type Verified, verifyRun } from './verify.js';
