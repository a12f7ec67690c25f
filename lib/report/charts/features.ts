import type { ReportData } from '../data/index.js';
import { clean, cost, costName, points } from '../words/index.js';
import type { Canvas } from './canvas.js';
import { across, costAxis, costs, labels, linearScale, upwards } from './scales.js';

/** Importance of each feature against its cost. */
export function featureChart(
  { plot, draw }: Canvas,
  { features: all, unit, isRegression }: ReportData,
): string {
  const valued = all.flatMap(({ name, cost: each, importance }) =>
    importance === undefined ? [] : [{ name: clean(name), each, ...importance }],
  );
  const x = costs(
    valued.map(({ each }) => each),
    across,
    unit,
  );
  const dots = valued.map(({ name, each, mean, spread }) => ({
    name,
    x: x.clamp(each),
    y: mean * 100,
    low: (mean - spread) * 100,
    high: (mean + spread) * 100,
    tip: `${name}: ${cost(each, unit)} a row, ${points(mean)} ± ${points(spread)} points`,
  }));
  const y = linearScale([0, ...dots.flatMap(({ low, high }) => [low, high])], upwards);
  return draw({
    id: 'features-chart',
    title: 'Cost and importance of each feature',
    description: `${dots.map(({ tip }) => tip).join('; ')}.`,
    x: costAxis(x, `${costName(unit)} a row →`),
    y: {
      domain: y.domain,
      ticks: 6,
      label: `↑ ${isRegression ? 'R²' : 'accuracy'} lost when shuffled, points`,
    },
    marks: [
      plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.ruleY([0], { stroke: 'var(--muted)' }),
      plot.ruleX(dots, { x: 'x', y1: 'low', y2: 'high', stroke: 'var(--accent)', strokeWidth: 2 }),
      plot.dot(dots, { x: 'x', y: 'y', r: 5, fill: 'var(--accent)', title: 'tip' }),
    ],
    labels: labels(dots, dots, x, y),
  });
}
