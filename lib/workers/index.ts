/** Work divided into units, which worker threads take until none is left. */
export { type Claim, serveJobs } from './serve.js';
export { startTeam, type Team } from './team.js';
