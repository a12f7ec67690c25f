import type { ReportRow, ReportRowView } from '../data/index.js';
import { clean, count } from '../words/index.js';
import { html, type Markup } from './markup.js';

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

function seen(view: ReportRowView): Markup {
  if (typeof view === 'string') return html`<blockquote>${clean(view)}</blockquote>`;
  // Anything but data would be fetched.
  return view.picture.startsWith('data:image/')
    ? html`<img src="${view.picture}" alt="${clean(view.alt)}">`
    : html`<blockquote>${clean(view.alt)}</blockquote>`;
}
