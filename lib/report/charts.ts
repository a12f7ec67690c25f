import type { Load } from '../optional.js';
import { type Canvas, frame, openCanvas } from './canvas.js';
import type { ReportChoice, ReportData, ReportReliability } from './data.js';
import { chosenPercent, clean, cost, count, percent, points, times } from './format.js';
import { type Label, placeLabels } from './labels.js';
import { costs, linear, type Scale } from './scales.js';
import { costName } from './words.js';

/** SVG of each picture, or nothing where there is nothing to draw. */
export interface Charts {
  readonly features: string | undefined;
  readonly subsets: string | undefined;
  readonly frontier: string | undefined;
  /** One a stage. */
  readonly reliability: readonly string[];
  /** Where a choice stands in the picture of the frontier. */
  readonly at: (choice: ReportChoice) => { readonly x: number; readonly y: number };
}

const across = { from: frame.left, to: frame.right };
const upwards = { from: frame.bottom, to: frame.top };

/**
 * Draws the pictures of a report, colours left to the page's CSS variables.
 * @throws MissingPackage when `@observablehq/plot` or `linkedom`, which are optional, aren't installed.
 */
export async function drawCharts(data: ReportData, load?: Load): Promise<Charts> {
  const canvas = await openCanvas(load);
  return {
    features: data.features.some(({ importance }) => importance) ? features(canvas, data) : undefined,
    subsets: data.subsets.length > 0 ? subsets(canvas, data) : undefined,
    frontier: data.frontier.length > 0 ? frontier(canvas, data) : undefined,
    reliability: (data.reliability ?? []).map((stage, s) => reliability(canvas, stage, s)),
    at: ({ epsilon, expected }) => {
      const { x, y } = frontierScales(data);
      return {
        x: Math.min(frame.right, x.at(epsilon * 100)),
        y: Math.max(frame.top, y.at(expected.speedup)),
      };
    },
  };
}

function features({ plot, draw }: Canvas, { features: all, unit, isRegression }: ReportData): string {
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
  const y = linear([0, ...dots.flatMap(({ low, high }) => [low, high])], upwards);
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

function subsets({ plot, draw }: Canvas, { subsets: all, unit, isRegression }: ReportData): string {
  const x = costs(
    all.map((subset) => subset.cost),
    across,
    unit,
  );
  const dots = all.map(({ features: names, learner, target, cost: each, agreement, chosen }) => {
    const name = names.map(clean).join(' + ');
    const model = `${clean(learner)} fitted to ${clean(target)}`;
    const tip = `${name} (${model}): ${cost(each, unit)} a row, ${isRegression ? '1 − mean loss is' : 'agrees on'} ${percent(agreement)}`;
    return { names, name, x: x.clamp(each), y: agreement * 100, chosen, tip };
  });
  const chosen = dots.filter((dot) => dot.chosen).sort((a, b) => a.x - b.x);
  // The same features may have been tried with several models: one label does for all.
  const distinct = chosen.filter((dot, i) => chosen.findIndex(({ name }) => name === dot.name) === i);
  const named = distinct.map((dot, i) => ({ ...dot, name: growth(distinct[i - 1]?.names, dot.names) }));
  const y = linear(
    dots.map((dot) => dot.y),
    upwards,
    100,
  );
  const tried = dots.length === 1 ? 'One subset tried' : `${dots.length} subsets tried`;
  return draw({
    id: 'subsets-chart',
    title: 'Cost and agreement of each subset of features',
    description: `${[tried, ...chosen.map(({ tip }) => `chosen: ${tip}`)].join('; ')}.`,
    x: costAxis(x, `${costName(unit)} a row, model included →`),
    y: {
      domain: y.domain,
      ticks: 6,
      label: isRegression ? '↑ 1 − mean loss, %' : '↑ agrees with the full model, %',
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

/** A subset's name, or what it adds where it holds the one before it: labels of nested subsets stay short. */
function growth(before: readonly string[] | undefined, names: readonly string[]): string {
  const added = names.filter((name) => !before?.includes(name));
  const nested = before?.every((name) => names.includes(name)) === true && added.length > 0;
  return nested ? `+ ${added.map(clean).join(' + ')}` : names.map(clean).join(' + ');
}

function frontier({ plot, draw }: Canvas, data: ReportData): string {
  const { frontier: all, unit, choices, expected, certificate } = data;
  const dots = [...all]
    .sort((a, b) => a.epsilon - b.epsilon)
    .map(({ epsilon, cost: each, speedup, chosen }) => ({
      name: `${times(speedup)} at ${chosenPercent(epsilon)}`,
      x: epsilon * 100,
      y: speedup,
      chosen,
      tip: `at most ${chosenPercent(epsilon)}: ${times(speedup)}, ${cost(each, unit)} a row`,
    }));
  const served = {
    name: `${times(expected.speedup)} served at ${chosenPercent(certificate.epsilon)}`,
    x: certificate.epsilon * 100,
    y: expected.speedup,
    tip: `served: at most ${chosenPercent(certificate.epsilon)}, ${times(expected.speedup)}, ${cost(expected.cost, unit)} a row`,
  };
  const isBandsOwn = isOfBand(data);
  const { x, y } = frontierScales(data);
  const step = { x: 'x', y: 'y', curve: 'step-after' } as const;
  const svg = draw({
    id: 'frontier-chart',
    title: 'Speedup certified for each epsilon',
    description: `${[...dots, served].map(({ tip }) => tip).join('; ')}.`,
    x: { domain: x.domain, ticks: 6, label: 'epsilon, the loss allowed, % →' },
    y: {
      domain: y.domain,
      ticks: 6,
      label: unit === 'price' ? '↑ times cheaper, expected' : '↑ expected speedup',
      tickFormat: (value: number) => `${value}×`,
    },
    marks: [
      plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.areaY(dots, { ...step, fill: 'var(--accent)', fillOpacity: 0.12 }),
      plot.lineY(dots, { ...step, stroke: 'var(--accent)', strokeWidth: 2 }),
      plot.ruleX([served], { x: 'x', y1: 0, y2: 'y', stroke: 'var(--warm)', strokeDasharray: '3 3' }),
      plot.dot(
        dots.filter((dot) => !(dot.chosen && isBandsOwn)),
        { x: 'x', y: 'y', r: 3, fill: 'var(--accent)', title: 'tip' },
      ),
      plot.dot([served], { x: 'x', y: 'y', r: 6, fill: 'var(--warm)', stroke: 'var(--card)', title: 'tip' }),
    ],
    labels: labels([served], [...dots, served, ...risers(dots)], x, y),
  });
  // The slider moves it.
  const here = '<circle id="here" r="6" visibility="hidden"></circle>';
  return choices?.length ? svg.replace('</svg>', `${here}</svg>`) : svg;
}

function frontierScales({ frontier: all, expected, certificate, choices = [] }: ReportData) {
  // The slider's dot stays in the picture.
  const points = [...all, ...choices.map((choice) => ({ ...choice.expected, epsilon: choice.epsilon }))];
  return {
    x: linear([0, 100 * certificate.epsilon, ...points.map(({ epsilon }) => epsilon * 100)], across),
    y: linear([0, expected.speedup, ...points.map(({ speedup }) => speedup)], upwards),
  };
}

/** Whether the plan that is served is the one that the band certifies for its epsilon: tested for that alone, a more aggressive one may pass. */
export function isOfBand({ frontier: all, expected }: ReportData): boolean {
  return all.some(({ chosen, speedup }) => chosen && speedup === expected.speedup);
}

/** Exit scores as they are, between the diagonal that means what it says and what was seen. */
function reliability({ plot, draw }: Canvas, { stage, score, bins }: ReportReliability, s: number): string {
  const dots = bins.map(({ rows, confidence, agreement }) => ({
    x: confidence,
    y: agreement * 100,
    tip: `${count(rows)} rows at ${Number(confidence.toPrecision(3))}: nothing lost on ${percent(agreement, 2)}`,
  }));
  const y = linear([0, 100], upwards, 100);
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

/** The upright parts of the step line, which labels keep clear of as they do of dots. */
function risers(dots: readonly Dot[]): Dot[] {
  return dots.slice(1).map(({ name, x, y }, i) => ({ name, x, y, low: dots[i].y, high: y }));
}

interface Dot {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

function labels(named: readonly Dot[], all: readonly Dot[], x: Scale, y: Scale): readonly Label[] {
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

function costAxis({ domain, ticks, name }: ReturnType<typeof costs>, label: string) {
  return { type: 'log', domain, ticks, tickFormat: name, label } as const;
}
