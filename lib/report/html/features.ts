import type { Charts } from '../charts/index.js';
import type { ReportData } from '../data/index.js';
import { cost, costHead, percent, points } from '../words/index.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { breakable, table } from './table.js';

/** Features with their costs and importances. */
export function features({ features: all, unit, isRegression }: ReportData, charts: Charts): Markup {
  const known = all.some(({ importance }) => importance !== undefined);
  const rows = table(
    `${costHead(unit)}; its spread is the interquartile range, as a share of the median${known ? `; importance in points of ${isRegression ? 'R²' : 'accuracy'} lost when the feature is shuffled, with its standard deviation` : ''}.`,
    ['Feature', costHead(unit), 'Cost spread', ...(known ? ['Importance'] : [])],
    all.map(({ name, cost: each, costSpread, importance }) => [
      breakable(name),
      cost(each, unit),
      percent(costSpread),
      ...(known ? [importance ? `${points(importance.mean)} ± ${points(importance.spread)}` : '–'] : []),
    ]),
    1,
  );
  return html`<section>
<h2>Features: what they cost and what they are worth</h2>
${charts.features === undefined ? html`<div class="narrow">${rows}</div>` : html`<div class="pair">${figure('Importance against cost', charts.features)}<div>${rows}</div></div>`}
</section>`;
}
