import { clean } from '../words/index.js';
import { html, type Markup } from './markup.js';

/** What else the reader should know. */
export function notes(all: readonly string[]): Markup {
  return html`<section>
<h2>Notes</h2>
<ul class="notes">${all.map((note) => html`<li>${clean(note)}</li>`)}</ul>
</section>`;
}
