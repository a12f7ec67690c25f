/** A run over files: units shared out among workers, each output committed once, resumed by what is there. */

export { checkTable } from './checkTable.js';
export { commitRunFile } from './commit.js';
export { type DigestOptions, type OutputDigest, outputDigest } from './digest.js';
export { type CommittedUnit, type Manifest, mergeManifests, type RunTotals } from './manifest.js';
export { type BatchRunOptions, outputOptions, type RunProgress } from './options.js';
export { plannedUnits, readPlan } from './plan.js';
export { commitRecord, readRecord } from './records.js';
export { forecastRun, type RunForecast, type RunResult, runBatch } from './run.js';
export { ALL_UNITS, type Shard, shardOf } from './shard.js';
export { forgetFailed, type RunStatus, runStatus, writeManifest } from './status.js';
export { CERTIFICATE, type FailedUnit, RunFolder } from './store.js';
export { unitWriter } from './unitWriter.js';
export { type ChangedUnit, type Verified, verifyRun } from './verify.js';
