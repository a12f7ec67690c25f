import type { ReportData } from '../data/index.js';
import { clean, count, exitThreshold, percent } from '../words/index.js';
import { figure, html, htmlTable, type Markup } from './markup.js';

/** Exit scores beside the observed frequencies. @param charts one a stage */
export function reliabilitySection(
  all: NonNullable<ReportData['reliability']>,
  charts: readonly (string | undefined)[],
): Markup {
  return html`<section>
<h2>How far exit scores can be trusted</h2>
<p class="aside">Rows that took part in tuning, in groups of about as many each: how sure the stage was of them, and the share on which its answer lost
nothing. Thresholds are found from these rows and tested on others, so that a curve off the diagonal costs speed, never the promise.</p>
<div class="pair">${all.map(({ stage, score: kind }, s) => figure(`Stage ${clean(stage)}, by ${clean(kind)}`, charts[s]))}</div>
<details><summary>In numbers</summary>${htmlTable(
    'Each group of rows: its mean exit score, and the share on which nothing was lost.',
    ['Stage', 'Rows', 'Exit score', 'Nothing lost'],
    all.flatMap(({ stage, bins }) =>
      bins.map(({ rows, confidence, agreement }) => [
        clean(stage),
        count(rows),
        exitThreshold(confidence),
        percent(agreement, 2),
      ]),
    ),
    1,
  )}</details>
</section>`;
}
