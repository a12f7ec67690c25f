import { clean } from '../words/index.js';
import { html, type Markup } from './markup.js';

/** Sentences under a heading, an item each; nothing if there are none. */
export function notes(heading: string, all: readonly string[] = []): Markup | undefined {
  if (all.length === 0) return undefined;
  return html`<section>
<h2>${heading}</h2>
<ul class="notes">${all.map((note) => html`<li>${clean(note)}</li>`)}</ul>
</section>`;
}
