import type { ReportReliability } from '../data/index.js';
import { clean, count, percent } from '../words/index.js';
import type { Canvas } from './canvas.js';
import { linearScale, upwards } from './scales.js';

/** Exit scores against the observed frequencies, with the diagonal of perfect calibration. */
export function reliabilityChart(
  { plot, draw }: Canvas,
  { stage, score, bins }: ReportReliability,
  s: number,
): string {
  const dots = bins.map(({ rows, confidence, agreement }) => ({
    x: confidence,
    y: agreement * 100,
    tip: `${count(rows)} rows at ${Number(confidence.toPrecision(3))}: nothing lost on ${percent(agreement, 2)}`,
  }));
  const y = linearScale([0, 100], upwards, 100);
  return draw({
    id: `reliability-chart-${s}`,
    title: `Exit score and answers that lose nothing, stage ${clean(stage)}`,
    description: `${dots.map(({ tip }) => tip).join('; ')}.`,
    x: { domain: [0, 1], ticks: 6, label: `${clean(score)} →` },
    y: { domain: y.domain, ticks: 6, label: '↑ nothing lost, % of rows' },
    marks: [
      plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.line(
        [
          [0, 0],
          [1, 100],
        ],
        { stroke: 'var(--muted)', strokeDasharray: '3 3' },
      ),
      plot.line(dots, { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: 2 }),
      plot.dot(dots, { x: 'x', y: 'y', r: 4, fill: 'var(--accent)', title: 'tip' }),
    ],
    labels: [],
  });
}
