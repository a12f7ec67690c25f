/** Full models from answers that were paid for elsewhere: logs, and batches that are finished. */

export { batchAnswers } from './batchAnswers.js';
export { type RecordedAnswer, type RecordedOptions, recorded } from './recorded.js';
