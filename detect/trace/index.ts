/** What windows do in a cascade, counted stage by stage. */
export { traceTable } from './table.js';
export { type ScanTrace, type StageTrace, type TraceOptions, traceScan } from './trace.js';
