import type { Importer } from '../../util/packages.js';
import type { RankingBand, RankingReport } from '../data/index.js';
import { clean, cost, costName, percent } from '../words/index.js';
import { type Canvas, frame, openCanvas } from './canvas.js';
import { placeLabels } from './labels.js';
import { across, costs, linearScale, upwards } from './scales.js';

/**
 * SVG of each band's curve; undefined for a band without points.
 *
 * @throws MissingPackage when `@observablehq/plot` or `linkedom`, which are optional, aren't installed
 */
export async function drawRanking(
  { bands, unit }: RankingReport,
  load?: Importer,
): Promise<readonly (string | undefined)[]> {
  const canvas = await openCanvas(load);
  return bands.map((band, b) => (band.points.length > 0 ? chart(canvas, band, b, unit) : undefined));
}

function chart(
  { plot, draw }: Canvas,
  { points, rules, level, metric }: RankingBand,
  number: number,
  unit: string,
): string {
  const all = [...points, ...rules];
  const x = costs(
    all.map((point) => point.cost),
    across,
    unit,
  );
  const y = linearScale(
    [level, ...all.map(({ value }) => value)].map((value) => 100 * value),
    upwards,
    100,
  );
  const place = ({ cost: each, value }: { cost: number; value: number }) => ({
    x: x.clamp(each),
    y: 100 * value,
  });
  const dots = points.map((point) => ({
    ...place(point),
    isServed: point.isServed,
    name: 'served',
    tip: `${cost(point.cost, unit)} a candidate: ${percent(point.value, 2)}${point.isServed ? ', served' : ''}`,
  }));
  const others = rules.map((rule) => ({
    ...place(rule),
    name: clean(rule.name),
    tip: `${clean(rule.name)}: ${cost(rule.cost, unit)} a candidate, ${percent(rule.value, 2)}`,
  }));
  const served = dots.filter(({ isServed }) => isServed);
  const named = [...served, ...others];
  return draw({
    id: `band-${number}-chart`,
    title: `Mean ${metric} against the cost of a candidate`,
    description: `${[...dots, ...others].map(({ tip }) => tip).join('; ')}.`,
    x: {
      type: 'log',
      domain: x.domain,
      ticks: x.ticks,
      tickFormat: x.name,
      label: `${costName(unit)} a candidate →`,
    },
    y: { domain: y.domain, ticks: 6, label: `↑ mean ${clean(metric)}, %` },
    marks: [
      plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.ruleY([100 * level], { stroke: 'var(--muted)', strokeDasharray: '3 3' }),
      plot.lineY(dots, { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: 2 }),
      plot.dot(
        dots.filter(({ isServed }) => !isServed),
        { x: 'x', y: 'y', r: 3, fill: 'var(--accent)', title: 'tip' },
      ),
      plot.dot(others, { x: 'x', y: 'y', r: 5, stroke: 'var(--muted)', strokeWidth: 2, title: 'tip' }),
      plot.dot(served, { x: 'x', y: 'y', r: 6, fill: 'var(--warm)', stroke: 'var(--card)', title: 'tip' }),
    ],
    labels: placeLabels(
      named.map((dot) => ({ x: x.at(dot.x), y: y.at(dot.y), text: dot.name })),
      [...dots, ...others].map((dot) => ({
        left: x.at(dot.x) - 5,
        right: x.at(dot.x) + 5,
        top: y.at(dot.y) - 4,
        bottom: y.at(dot.y) + 4,
      })),
      frame,
    ),
  });
}
