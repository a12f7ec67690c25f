/** What windows do in a cascade, counted stage by stage. */
export { type ScanTrace, type StageTrace, type TraceOptions, traceScan, traceTable } from './trace.js';
