import type { ReportData } from '../data/index.js';
import { count, measuredWords } from '../words/index.js';
import { html, htmlTable, type Markup } from './markup.js';

/** The cascade beside its full model, as measured. */
export function measuredSection(found: NonNullable<ReportData['measured']>, unit: string): Markup {
  const { heads, rows, sentences } = measuredWords(found);
  const [time, ...others] = sentences;
  // The plan's objective comes first.
  const ordered = unit === 'price' && found.price ? [others[0], time, ...others.slice(1)] : sentences;
  return html`<section>
<h2>Measured</h2>
<ul class="found">${ordered.map((sentence) => html`<li>${upper(sentence)}</li>`)}</ul>
<div class="narrow">${htmlTable(
    `Full model and cascade on the same ${count(found.rows)} rows, features included; medians of the rounds.`,
    heads,
    rows,
    1,
  )}</div>
</section>`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
