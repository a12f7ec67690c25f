import { escaped } from '../../lib/util/escape.js';
import { percent, type ScanTrace, type StageTrace } from '../trace/index.js';
import { STYLE, short, svg } from './svg.js';

const WIDTH = 760;
const HEIGHT = 300;
const TOP = 62;
const BOTTOM = HEIGHT - 46;
const PANELS = [
  { left: 62, right: 370 },
  { left: 440, right: 748 },
] as const;

/**
 * An SVG of a trace: the windows that reach each stage, on a logarithmic scale, and the share of all weak learners that ran in it.
 *
 * @param trace of one image or several
 * @returns a whole SVG document, 760 pixels wide
 * @example await writeFile('trace.svg', drawTrace(traceScan(detector, photographs)));
 */
export function drawTrace(trace: ScanTrace): string {
  const { windows, weakPerWindow, stages } = trace;
  const work = windows * weakPerWindow;
  const workOf = ({ weak, reached }: StageTrace) => (work === 0 ? 0 : (weak * reached) / work);
  const tips = stages.map(
    (stage) =>
      `stage ${stage.stage}, ${stage.weak} weak learners: ${stage.reached} windows reach it (${percent(stage.reached, windows)}), ${stage.passed} pass; ${percent(stage.weak * stage.reached, work)} of the work`,
  );
  const title = 'Windows and work by stage';
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, windows))));
  const level = (count: number) => (count < 1 ? 0 : Math.max(0.012, Math.log10(count) / decades));
  const most = niceShare(Math.max(0, ...stages.map(workOf)));
  const sentence = `${windows.toLocaleString('en-US')} windows; ${weakPerWindow.toFixed(2)} weak learners a window on average`;
  return svg(WIDTH, HEIGHT, title, `${sentence}. ${tips.join('. ')}.`, [
    STYLE,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="text" x="16" y="24" font-size="15" font-weight="600">${escaped(sentence)}</text>`,
    ...panel(
      PANELS[0],
      '↑ windows that reach a stage',
      Array.from({ length: decades + 1 }, (_, d) => ({ at: d / decades, text: power(d) })),
      stages.map((stage, s) => ({ at: level(stage.reached), tip: tips[s] })),
      'bar',
    ),
    ...panel(
      PANELS[1],
      '↑ share of the weak learners that ran',
      [0, 0.5, 1].map((at) => ({ at, text: `${short(100 * at * most)} %` })),
      stages.map((stage, s) => ({ at: workOf(stage) / most, tip: tips[s] })),
      'warm',
    ),
  ]);
}

interface Mark {
  readonly at: number;
  readonly text: string;
}

/** Bars over an axis of stages. @param bars heights from 0 to 1 */
function panel(
  { left, right }: { readonly left: number; readonly right: number },
  title: string,
  ticks: readonly Mark[],
  bars: readonly { readonly at: number; readonly tip: string }[],
  colour: string,
): string[] {
  const y = (at: number) => short(BOTTOM - at * (BOTTOM - TOP));
  const each = (right - left) / bars.length;
  const gap = Math.min(3, each / 5);
  const every = tickStep(bars.length);
  return [
    `<text class="muted" x="${left}" y="${TOP - 14}" font-size="12">${title}</text>`,
    ...spaced(ticks).map(
      ({ at, text }) =>
        `<line class="line" x1="${left}" x2="${right}" y1="${y(at)}" y2="${y(at)}"/><text class="muted" x="${left - 8}" y="${y(at)}" dy=".35em" font-size="11" text-anchor="end">${text}</text>`,
    ),
    ...bars.map(
      ({ at, tip }, i) =>
        `<rect class="${colour}" x="${short(left + i * each + gap / 2)}" y="${y(at)}" width="${short(each - gap)}" height="${short(at * (BOTTOM - TOP))}"><title>${escaped(tip)}</title></rect>`,
    ),
    ...bars.flatMap((_, i) =>
      i === 0 || (i + 1) % every === 0
        ? [
            `<text class="muted" x="${short(left + (i + 0.5) * each)}" y="${BOTTOM + 16}" font-size="11" text-anchor="middle">${i + 1}</text>`,
          ]
        : [],
    ),
    `<text class="muted" x="${right}" y="${BOTTOM + 34}" font-size="12" text-anchor="end">stage →</text>`,
  ];
}

/** Few enough lines to read. */
function spaced(ticks: readonly Mark[]): readonly Mark[] {
  const every = Math.ceil(ticks.length / 6);
  return ticks.filter((_, i) => i % every === 0);
}

/** At most some ten numbers under the bars. */
function tickStep(stages: number): number {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => stages / step <= 12) ?? 1_000;
}

function power(decade: number): string {
  return decade < 3 ? String(10 ** decade) : decade < 6 ? `${10 ** (decade - 3)}k` : `${10 ** (decade - 6)}M`;
}

function niceShare(share: number): number {
  return [0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8].find((most) => share <= most) ?? 1;
}
