import { frame } from './canvas.js';
import { type Label, placeLabels } from './labels.js';
import type { costs, Scale } from './scales.js';

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
export function labels(named: readonly Dot[], all: readonly Dot[], x: Scale, y: Scale): readonly Label[] {
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
