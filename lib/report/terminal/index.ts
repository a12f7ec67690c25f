/** The summary and progress as plain text for a terminal. */

export {
  duration,
  type PrintedProgress,
  ProgressLine,
  type ProgressStream,
  printProgress,
} from './progress.js';
export { type TerminalOptions, terminalSummary } from './summary.js';
