import { cost } from '../words/index.js';
import { frame } from './canvas.js';
import { type ChartLabel, placeLabels } from './labels.js';

/** Pixels that a chart's scales span. */
export interface PixelSpan {
  readonly from: number;
  readonly to: number;
}

/** A chart's axis: positions of values, and labels. */
export interface Scale {
  readonly domain: readonly [number, number];
  readonly at: (value: number) => number;
}

/** A linear scale over all values with a little air, none past `limit`. */
export function linearScale(values: readonly number[], { from, to }: PixelSpan, limit = Infinity): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = 0.08 * (high - low || Math.abs(high) || 1);
  return linearOf([low === 0 ? 0 : low - air, Math.min(limit, high + air)], { from, to });
}

function linearOf([low, high]: readonly [number, number], { from, to }: PixelSpan): Scale {
  return { domain: [low, high], at: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

/** A logarithmic scale of costs. A cost of 0 is at the left edge, where `clamp` puts it. */
export function costs(
  values: readonly number[],
  span: PixelSpan,
  unit: string,
): Scale & {
  readonly clamp: (value: number) => number;
  readonly ticks: readonly number[];
  readonly name: (tick: number) => string;
} {
  const positive = values.filter((value) => value > 0);
  const [low, high] =
    positive.length === 0 ? [0.1, 10] : [Math.min(...positive) / 2, Math.max(...positive) * 2];
  const clamp = (value: number) => Math.max(low, value);
  const logs = linearOf([Math.log10(low), Math.log10(high)], span);
  const steps = high / low > 100 ? [1] : high / low > 20 ? [1, 3] : [1, 2, 5];
  const ticks = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => Math.floor(Math.log10(low)) + i,
  ).flatMap((power) => steps.map((step) => step * 10 ** power));
  return {
    domain: [low, high],
    at: (value) => logs.at(Math.log10(clamp(value))),
    clamp,
    ticks: ticks.filter((tick) => tick >= low && tick <= high),
    name: (tick) => cost(tick, unit).replace(/\.0+(?= )|(?<=\.\d*[1-9])0+(?= )/, ''),
  };
}

/** The positions of a chart's axes, in pixels. */
export const across = { from: frame.left, to: frame.right };
export const upwards = { from: frame.bottom, to: frame.top };

/** A named point of a chart; with `low` and `high` a line upright through it. */
export interface Dot {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** Labels of some dots, clear of all of them. */
export function labels(
  named: readonly Dot[],
  all: readonly Dot[],
  x: Scale,
  y: Scale,
): readonly ChartLabel[] {
  return placeLabels(
    named.map((dot) => ({ x: x.at(dot.x), y: y.at(dot.y), text: dot.name })),
    all.map((dot) => ({
      left: x.at(dot.x) - 5,
      right: x.at(dot.x) + 5,
      top: y.at(dot.high ?? dot.y) - 4,
      bottom: y.at(dot.low ?? dot.y) + 4,
    })),
    frame,
  );
}

/** A logarithmic axis of costs. */
export function costAxis({ domain, ticks, name }: ReturnType<typeof costs>, label: string) {
  return { type: 'log', domain, ticks, tickFormat: name, label } as const;
}
