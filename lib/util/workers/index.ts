/** Work on threads: a job's units, which all threads take until none is left, and whole tasks. */
export { type Crew, startCrew, type TaskOptions } from './crew.js';
export { type Claim, serveJobs } from './serve.js';
export { serveTasks, type TaskContext } from './serveTasks.js';
export { startTeam, type Team } from './team.js';
