/** Many cascades served in one process: shared by content, warm, scheduled over the cores. */

export type { Backend, Call, Duration, ModelState, ModelStatistics } from './backend.js';
