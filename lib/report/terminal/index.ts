/** The summary as aligned plain text for a terminal. */

export { type TerminalOptions, terminalSummary } from './summary.js';
