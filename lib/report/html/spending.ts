import type { ReportData, ReportSpending } from '../data/index.js';
import { clean, percent } from '../words/index.js';
import { html, type Markup } from './markup.js';
import { table } from './table.js';

/** The cost of a row by part: darker cells cost more. */
export function spending(all: readonly ReportSpending[], stages: ReportData['stages']): Markup {
  const shade = (share: number) =>
    html`<span class="shade" style="--share:${Number(Math.max(0, share).toFixed(4))}">${share === 0 ? '' : percent(share)}</span>`;
  return html`<section>
<h2>Where the cost goes</h2>
${table(
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
