import type { Charts } from '../charts/index.js';
import type { ReportData, ReportSpending } from '../data/index.js';
import { clean, cost, costHead, importanceWords, percent, points } from '../words/index.js';
import { breakable, figure, html, htmlTable, type Markup } from './markup.js';

/** Features with their costs and importances. */
export function featureSection(data: ReportData, charts: Charts): Markup {
  const { features: all, unit } = data;
  const importance = importanceWords(data);
  const known = importance !== undefined;
  const rows = htmlTable(
    `${costHead(unit)}; its spread is the interquartile range, as a share of the median${importance === undefined ? '' : `; ${importance}`}.`,
    ['Feature', costHead(unit), 'Cost spread', ...(known ? ['Importance'] : [])],
    all.map(({ name, fidelity, cost: each, costSpread, importance: own }) => [
      fidelity?.words === undefined
        ? breakable(name)
        : html`${breakable(name)} <small>${clean(fidelity.words)}</small>`,
      cost(each, unit),
      percent(costSpread),
      ...(known ? [own ? `${points(own.mean)} ± ${points(own.spread)}` : '–'] : []),
    ]),
    1,
  );
  return html`<section>
<h2>Features: what they cost and what they are worth</h2>
${charts.pipeline && figure('The pipeline and its cut', charts.pipeline)}
${charts.features === undefined ? html`<div class="narrow">${rows}</div>` : html`<div class="pair">${figure('Importance against cost', charts.features)}<div>${rows}</div></div>`}
</section>`;
}

/** The cost of a row by part: darker cells cost more. */
export function spending(all: readonly ReportSpending[], stages: ReportData['stages']): Markup {
  const shade = (share: number) =>
    html`<span class="shade" style="--share:${Number(Math.max(0, share).toFixed(4))}">${share === 0 ? '' : percent(share)}</span>`;
  return html`<section>
<h2>Where the cost goes</h2>
${htmlTable(
  'Of the expected cost of a row, the share of each feature and of the models, by the stage that first needs it.',
  ['', ...stages.map(({ name }) => clean(name)), 'All'],
  all.map(({ name, shares }) => [
    clean(name),
    ...shares.map(shade),
    percent(shares.reduce((sum, share) => sum + share, 0)),
  ]),
  1,
)}
</section>`;
}
