import type { Charts } from '../charts/index.js';
import type { ReportData, ReportSubset } from '../data/index.js';
import { clean, cost, costHead, count, percent } from '../words/index.js';
import { figure } from './figure.js';
import { html, type Markup } from './markup.js';
import { table } from './table.js';

/** The subsets that were tried as stages. */
export function subsets({ subsets: all, unit, isRegression }: ReportData, charts: Charts): Markup {
  const chosen = all.filter((subset) => subset.chosen);
  const row = ({ features: names, learner, target, cost: each, agreement, alone }: ReportSubset) => [
    names.map(clean).join(' + '),
    `${clean(learner)} on ${clean(target)}`,
    cost(each, unit),
    percent(agreement, 2),
    alone === undefined ? '–' : cost(alone, unit),
  ];
  const heads = [
    'Subset',
    'Model',
    costHead(unit),
    isRegression ? '1 − mean loss' : 'Agreement',
    'Cascade of it alone',
  ];
  const used = html`<span class="mark">chosen</span>`;
  return html`<section>
<h2>Subsets that were tried</h2>
<p class="aside">${isRegression ? '1 − mean loss is what is left of 1 where the subset’s model alone answers every tuning row: 1 where it always answers like the full model.' : 'A subset’s agreement is the share of tuning rows on which nothing is lost where its model alone answers.'}</p>
<div class="pair">
${figure(isRegression ? 'Mean loss against cost' : 'Agreement against cost', charts.subsets)}
<div>${
    chosen.length > 0
      ? table(
          'Those that the plan uses.',
          heads.slice(0, 4),
          chosen.map((each) => row(each).slice(0, 4)),
          2,
        )
      : html`<p>The plan uses none of them.</p>`
  }</div>
</div>
<details><summary>All ${count(all.length)} in numbers</summary>${table(
    'Every subset that was tried as a stage.',
    [...heads, ''],
    all.map((subset) => [...row(subset), subset.chosen ? used : '']),
    2,
  )}</details>
</section>`;
}
