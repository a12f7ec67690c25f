import type { ReportData } from '../data/index.js';
import {
  clean,
  cost,
  costName,
  percent,
  qualityFigure,
  rangeWords,
  times,
  VERDICTS,
} from '../words/index.js';
import { html, type Markup } from './markup.js';
import type { Shown } from './plan.js';

/** What to know first, verdict, title, promise and the figures that sum the plan up. */
export function header(data: ReportData): Markup {
  return html`<header>
${data.warnings?.length ? html`<ul class="warnings" role="note">${data.warnings.map((each) => html`<li>${clean(each)}</li>`)}</ul>` : undefined}
<div class="overline"><span data-live="verdict">${verdict(data)}</span><span>spillway report</span></div>
<h1>${clean(data.title)}</h1>
<p class="lead" data-live="lead">${clean(data.promise)}</p>
<dl class="figures" data-live="figures">${figureList(data)}</dl>
${data.counted === undefined ? undefined : html`<p class="aside">${clean(data.counted)}</p>`}
</header>`;
}

/** The verdict as a badge. */
export function verdict({ verdict: given }: Pick<Shown, 'verdict'>): Markup {
  return html`<span class="verdict ${given}">${VERDICTS[given].badge}</span>`;
}

/** Speedup, cost, share of early answers and quality. */
export function figureList(data: Shown): Markup {
  return html`${figures(data).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}`;
}

function figures({ expected, unit, certificate: { quality }, stages, measured: seen }: Shown) {
  const last = stages.at(-1);
  const named = last === undefined ? '' : `, ${clean(last.learner)}`;
  const early = last === undefined ? 0 : 1 - last.reach;
  const isPrice = unit === 'price';
  const saved = isPrice ? 'lower price than the full model' : 'speedup over the full model';
  const range = expected.speedupRange ? `, ${rangeWords(expected.speedupRange, unit)}` : '';
  const found = seen === undefined ? undefined : isPrice ? priceRatio(seen) : seen.speedup;
  return [
    found === undefined
      ? [`${saved}, expected${range}`, times(expected.speedup)]
      : [`${saved}, measured; ${times(expected.speedup)} expected${range}`, times(found)],
    [
      html`expected ${costName(unit)} of a row; <span class="whole">${cost(expected.fullCost, unit)}</span> for the full model${named}`,
      cost(expected.cost, unit),
    ],
    ['of rows answered before the last stage', percent(early)],
    ...(quality?.cascade === undefined
      ? []
      : [
          [
            `${quality.kind} by the labels; ${qualityFigure(quality.kind, quality.full)} for the full model, ` +
              `${qualityFigure(quality.kind, quality.constant)} for a constant answer`,
            qualityFigure(quality.kind, quality.cascade),
          ],
        ]),
  ] as const;
}

/** How many times cheaper rows were; NaN if no price was measured. */
function priceRatio({ price }: NonNullable<ReportData['measured']>): number {
  return price ? price.full / price.cascade : Number.NaN;
}
