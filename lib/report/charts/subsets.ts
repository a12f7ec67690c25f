import type { ReportData } from '../data/index.js';
import { clean, closenessOf, cost, costName } from '../words/index.js';
import type { Canvas } from './canvas.js';
import { across, costAxis, costs, labels, linearScale, upwards } from './scales.js';

/** Agreement of each subset, or for regression its mean difference, against its cost. */
export function subsetChart({ plot, draw }: Canvas, data: ReportData): string {
  const { subsets: all, unit, isRegression } = data;
  const closeness = closenessOf(data);
  const head = closeness.head.toLowerCase();
  const x = costs(
    all.map((subset) => subset.cost),
    across,
    unit,
  );
  const dots = all.map((subset) => {
    const { features: names, learner, target, cost: each, chosen } = subset;
    const name = names.map(clean).join(' + ');
    const model = `${clean(learner)} fitted to ${clean(target)}`;
    const tip = `${name} (${model}): ${cost(each, unit)} a row, ${head} ${closeness.show(subset)}`;
    return { names, name, x: x.clamp(each), y: closeness.value(subset), chosen, tip };
  });
  const chosen = dots.filter((dot) => dot.chosen).sort((a, b) => a.x - b.x);
  // The same features may have been tried with several models: one label does for all.
  const distinct = chosen.filter((dot, i) => chosen.findIndex(({ name }) => name === dot.name) === i);
  const named = distinct.map((dot, i) => ({ ...dot, name: growth(distinct[i - 1]?.names, dot.names) }));
  const y = linearScale(
    dots.map((dot) => dot.y),
    upwards,
    isRegression ? undefined : 100,
  );
  const tried = dots.length === 1 ? 'One subset tried' : `${dots.length} subsets tried`;
  return draw({
    id: 'subsets-chart',
    title: `Cost and ${head} of each subset of features`,
    description: `${[tried, ...chosen.map(({ tip }) => `chosen: ${tip}`)].join('; ')}.`,
    x: costAxis(x, `${costName(unit)} a row, model included →`),
    y: {
      domain: y.domain,
      ticks: 6,
      label: isRegression ? `↑ ${head} (lower is better)` : '↑ agreement with the full model, %',
    },
    marks: [
      plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.dot(
        dots.filter((dot) => !dot.chosen),
        { x: 'x', y: 'y', r: 4, stroke: 'var(--muted)', fill: 'var(--card)', title: 'tip' },
      ),
      plot.dot(chosen, { x: 'x', y: 'y', r: 5.5, fill: 'var(--accent)', title: 'tip' }),
    ],
    labels: labels(named, dots, x, y),
  });
}

/**
 * A subset's name, or its addition if it contains the subset before it: labels of nested subsets
 * stay short.
 */
function growth(before: readonly string[] | undefined, names: readonly string[]): string {
  const added = names.filter((name) => !before?.includes(name));
  const nested = before?.every((name) => names.includes(name)) === true && added.length > 0;
  return nested ? `+ ${added.map(clean).join(' + ')}` : names.map(clean).join(' + ');
}
