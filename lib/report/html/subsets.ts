import type { Charts } from '../charts/index.js';
import type { ReportData, ReportSubset } from '../data/index.js';
import { clean, closenessOf, cost, costHead, count, onlyStage } from '../words/index.js';
import { figure, html, htmlTable, type Markup } from './markup.js';

/** The subsets that were tried as stages. */
export function subsetSection(data: ReportData, charts: Charts): Markup {
  const { subsets: all, unit } = data;
  const closeness = closenessOf(data);
  const chosen = all.filter((subset) => subset.chosen);
  const row = (subset: ReportSubset) => [
    subset.features.map(clean).join(' + '),
    `${clean(subset.learner)} on ${clean(subset.target)}`,
    cost(subset.cost, unit),
    closeness.show(subset),
    subset.alone === undefined ? '–' : cost(subset.alone, unit),
  ];
  const heads = ['Subset', 'Model', costHead(unit), closeness.head, onlyStage.head];
  const used = html`<span class="mark">chosen</span>`;
  return html`<section>
<h2>Subsets that were tried</h2>
<p class="aside">${closeness.head}: ${closeness.meaning}.</p>
<div class="pair">
${figure(`${closeness.head} against cost`, charts.subsets)}
<div>${
    chosen.length > 0
      ? htmlTable(
          'Those that the plan uses.',
          heads.slice(0, 4),
          chosen.map((each) => row(each).slice(0, 4)),
          2,
        )
      : html`<p>The plan uses none of them.</p>`
  }</div>
</div>
<details><summary>All ${count(all.length)} in numbers</summary>${htmlTable(
    `Every subset that was tried as a stage. ${onlyStage.head}: cost of a row, ${onlyStage.meaning}.`,
    [...heads, ''],
    all.map((subset) => [...row(subset), subset.chosen ? used : '']),
    2,
  )}</details>
</section>`;
}
