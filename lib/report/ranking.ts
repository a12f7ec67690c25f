import type { Load } from '../optional.js';
import { type Canvas, frame, openCanvas } from './canvas.js';
import type { ReportData } from './data.js';
import { clean, cost, percent, times } from './format.js';
import { placeLabels } from './labels.js';
import { html, type Markup, trusted } from './markup.js';
import { page } from './page.js';
import { costs, linear } from './scales.js';
import { table } from './table.js';
import { costName, verdictWords } from './words.js';

/** A ranker as plain data, to be shown. */
export interface RankingReport {
  readonly title: string;
  readonly verdict: ReportData['verdict'];
  readonly unit: string;
  readonly notes: readonly string[];
  readonly bands: readonly RankingBand[];
}

export interface RankingBand {
  /** Which queries it is about. */
  readonly title: string;
  readonly promise: string;
  readonly metric: string;
  /** What is promised of the metric. */
  readonly level: number;
  readonly stages: readonly RankingStage[];
  readonly expected: { readonly cost: number; readonly fullCost: number; readonly speedup: number };
  /** On the tuning queries: plans from cheap to conservative. */
  readonly points: readonly RankingPoint[];
  /** Plans of others, by name. */
  readonly rules: readonly { readonly name: string; readonly cost: number; readonly value: number }[];
}

export interface RankingStage {
  readonly name: string;
  readonly features: readonly string[];
  readonly model: string;
  readonly kept: string;
  readonly reach: number;
  readonly cost: number;
}

export interface RankingPoint {
  readonly cost: number;
  readonly value: number;
  readonly isServed: boolean;
}

/**
 * A ranker as one HTML page that needs nothing else, in the form of a cascade's report.
 *
 * @param load how the optional packages are imported; only tests have a reason to give it
 * @throws MissingPackage when `@observablehq/plot` or `linkedom`, which draw the pictures, aren't installed
 */
export async function rankingHtml(data: RankingReport, load?: Load): Promise<string> {
  const canvas = await openCanvas(load);
  return page({
    title: data.title,
    main: html`<header>
<div class="overline"><span class="verdict ${data.verdict}">${verdictWords(data.verdict)}</span><span>spillway report</span></div>
<h1>${clean(data.title)}</h1>
</header>
${data.bands.map((band, b) => section(band, b, data.unit, canvas))}
${data.notes.length > 0 ? html`<section><h2>Notes</h2><ul class="notes">${data.notes.map((note) => html`<li>${clean(note)}</li>`)}</ul></section>` : undefined}`,
  });
}

function section(band: RankingBand, number: number, unit: string, canvas: Canvas): Markup {
  const { title, promise, stages, expected, points } = band;
  return html`<section>
<h2>${clean(title)}</h2>
<p class="lead">${clean(promise)}</p>
<p class="aside">${unit === 'price' ? 'Price ' : ''}${cost(expected.cost, unit)} a candidate expected instead of ${cost(expected.fullCost, unit)}: ${times(expected.speedup)}.</p>
${stages.length > 0 ? stageTable(stages, unit) : undefined}
${
  points.length > 0
    ? html`<div class="pair"><figure><figcaption>${clean(band.metric)} against ${costName(unit)}, on the tuning queries</figcaption>${trusted(chart(band, number, unit, canvas))}</figure><div>${pointTable(band, unit)}</div></div>`
    : undefined
}
</section>`;
}

function stageTable(stages: readonly RankingStage[], unit: string): Markup {
  return table(
    'What each stage reads, what it keeps, and what that costs.',
    ['Stage', 'Features', 'Model', 'Keeps', 'Reach', `${unit === 'price' ? 'Price' : 'Cost'} a candidate`],
    stages.map(({ name, features, model, kept, reach, cost: each }) => [
      clean(name),
      features.map(clean).join(', '),
      clean(model),
      clean(kept),
      percent(reach, 2),
      cost(each, unit),
    ]),
    4,
  );
}

function pointTable({ points, rules, metric }: RankingBand, unit: string): Markup {
  const served = points.filter(({ isServed }) => isServed);
  return table(
    'The plan that is served, and what others would have chosen, on the tuning queries.',
    ['Plan', `Mean ${clean(metric)}`, `${unit === 'price' ? 'Price' : 'Cost'} a candidate`],
    [
      ...served.map(({ cost: each, value }) => [
        html`<span class="mark">served</span>`,
        percent(value, 2),
        cost(each, unit),
      ]),
      ...rules.map(({ name, cost: each, value }) => [clean(name), percent(value, 2), cost(each, unit)]),
    ],
    1,
  );
}

const across = { from: frame.left, to: frame.right };
const upwards = { from: frame.bottom, to: frame.top };

function chart(
  { points, rules, level, metric }: RankingBand,
  number: number,
  unit: string,
  { plot, draw }: Canvas,
): string {
  const all = [...points, ...rules];
  const x = costs(
    all.map((point) => point.cost),
    across,
    unit,
  );
  const y = linear(
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
