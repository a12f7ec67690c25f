/** What the server alone reads and writes of the protocol: configurations, time limits, statuses, what it refuses. */

export { configOf, type ModelConfig, writeModelConfig } from './config.js';
export { matchInputs, matchOutputs } from './match.js';
export { peekTimeout, timeoutOf } from './peekTimeout.js';
export { grpcStatus, httpStatus, type OverloadedStatus } from './status.js';
export { refuseUnserved } from './unserved.js';
