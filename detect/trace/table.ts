import type { ScanTrace } from './trace.js';

const HEAD = ['stage', 'weak', 'windows', 'of all', 'passed', 'of work'];

/**
 * A trace as lines of text: for each stage its weak learners, the windows that reach it, their share of all windows,
 * the share of them that it passes, and its share of all weak learners that ran.
 *
 * @param trace of one image or several
 * @returns a line a stage, under a heading; then the sums
 * @example console.log(traceTable(traceScan(detector, image)));
 */
export function traceTable(trace: ScanTrace): string {
  const { windows, flat, weakPerWindow, stages } = trace;
  const work = windows * weakPerWindow;
  const rows = stages.map(({ stage, weak, reached, passed }) => [
    String(stage),
    String(weak),
    whole(reached),
    percent(reached, windows),
    percent(passed, reached),
    percent(weak * reached, work),
  ]);
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_, c) => Math.max(...lines.map((cells) => cells[c].length)) + (c === 0 ? 0 : 2));
  const table = lines.map((cells) => cells.map((cell, c) => cell.padStart(widths[c])).join(''));
  const sum = `${whole(windows)} windows, ${whole(flat)} of them flat; ${weakPerWindow.toFixed(2)} weak learners a window`;
  return [...table, sum].join('\n');
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

/** Three digits that tell small shares apart. */
function percent(part: number, all: number): string {
  if (all === 0 || part === 0) return '0 %';
  const share = (100 * part) / all;
  return `${share >= 0.01 ? Number(share.toPrecision(3)) : share.toExponential(1)} %`;
}
