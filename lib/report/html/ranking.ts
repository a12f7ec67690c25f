import type { Importer } from '../../util/packages.js';
import { drawRanking } from '../charts/index.js';
import type { RankingBand, RankingReport, RankingStage } from '../data/index.js';
import { clean, cost, costName, percent, times } from '../words/index.js';
import { verdict } from './header.js';
import { figure, html, htmlTable, type Markup, notes } from './markup.js';
import { page } from './page.js';

/**
 * A ranker as one HTML page that needs nothing else, in the form of a cascade's report.
 *
 * @param load how the optional packages are imported; only tests have a reason to give it
 * @throws MissingPackage when `@observablehq/plot` or `linkedom`, which draw the pictures, aren't installed
 */
export async function rankingHtml(data: RankingReport, load?: Importer): Promise<string> {
  const charts = await drawRanking(data, load);
  return page({
    title: data.title,
    main: html`<header>
<div class="overline">${verdict(data)}<span>spillway report</span></div>
<h1>${clean(data.title)}</h1>
</header>
${data.bands.map((band, b) => section(band, charts[b], data.unit))}
${notes('Notes', data.notes)}`,
  });
}

function section(band: RankingBand, chart: string | undefined, unit: string): Markup {
  const { title, promise, stages, expected } = band;
  return html`<section>
<h2>${clean(title)}</h2>
<p class="lead">${clean(promise)}</p>
<p class="aside">${unit === 'price' ? 'Price ' : ''}${cost(expected.cost, unit)} a candidate expected instead of ${cost(expected.fullCost, unit)}: ${times(expected.speedup)}.</p>
${stages.length > 0 ? stageTable(stages, unit) : undefined}
${
  chart !== undefined
    ? html`<div class="pair">${figure(`${clean(band.metric)} against ${costName(unit)}, on the tuning queries`, chart)}<div>${pointTable(band, unit)}</div></div>`
    : undefined
}
</section>`;
}

function stageTable(stages: readonly RankingStage[], unit: string): Markup {
  return htmlTable(
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
  return htmlTable(
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
