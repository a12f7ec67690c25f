/** Work on threads: a job's units, which all threads take until none is left, and whole tasks. */
export { afterCoreTime, ownTask, waitedMs } from './coreTime.js';
export { type Crew, startCrew } from './crew.js';
export type { TaskOptions } from './crewJob.js';
export { receivedError, type SentError, sentError } from './sentError.js';
export { serveJobs } from './serve.js';
export { serveTasks, type TaskContext } from './serveTasks.js';
export { startTeam, type Team } from './team.js';
export { threadFlags } from './threadFlags.js';
