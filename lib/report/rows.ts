import type { ReportData, ReportRow, ReportSpending, RowView } from './data.js';
import { clean, count, percent, score } from './format.js';
import { html, type Markup, trusted } from './markup.js';
import { table } from './table.js';

/** Where the cost of a row goes: darker where there is more. */
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

/** Exit scores beside what they are to tell. @param charts one a stage */
export function reliability(
  all: NonNullable<ReportData['reliability']>,
  charts: readonly (string | undefined)[],
): Markup {
  return html`<section>
<h2>How far exit scores can be trusted</h2>
<p class="aside">Rows that took part in tuning, in groups of about as many each: how sure the stage was of them, and the share on which its answer lost
nothing. Thresholds are found from these rows and tested on others, so that a curve off the diagonal costs speed, never the promise.</p>
<div class="pair">${all.map(({ stage, score: kind }, s) => {
    const svg = charts[s];
    return html`<figure><figcaption>Stage ${clean(stage)}, by ${clean(kind)}</figcaption>${svg === undefined ? undefined : trusted(svg)}</figure>`;
  })}</div>
<details><summary>In numbers</summary>${table(
    'Each group of rows: its mean exit score, and the share on which nothing was lost.',
    ['Stage', 'Rows', 'Exit score', 'Nothing lost'],
    all.flatMap(({ stage, bins }) =>
      bins.map(({ rows, confidence, agreement }) => [
        clean(stage),
        count(rows),
        score(confidence),
        percent(agreement, 2),
      ]),
    ),
    1,
  )}</details>
</section>`;
}

/** Rows that the cascade gets otherwise than the full model, or can't answer by itself. */
export function hardest(all: readonly ReportRow[], isRegression = false): Markup {
  return html`<section>
<h2>The hardest rows</h2>
<p class="aside">First those that the cascade answers otherwise than the full model, ${isRegression ? 'the farthest apart first' : 'the surest first'}; then those that fell through to the full model,
its least sure first.</p>
<ol class="rows">${all.map(
    ({ row, view, stage, answer, full, truth }) => html`
<li><div class="view">${seen(view)}</div>
<p><span class="${answer === full ? 'same' : 'differs'}">${stage}: ${clean(answer)}</span>${answer === full ? undefined : html`; full model: ${clean(full)}`}${truth === undefined ? undefined : html`; truth: ${clean(truth)}`} <small>row ${count(row)}</small></p></li>`,
  )}</ol>
</section>`;
}

function seen(view: RowView): Markup {
  if (typeof view === 'string') return html`<blockquote>${clean(view)}</blockquote>`;
  // Anything but data would be fetched.
  return view.picture.startsWith('data:image/')
    ? html`<img src="${view.picture}" alt="${clean(view.alt)}">`
    : html`<blockquote>${clean(view.alt)}</blockquote>`;
}
