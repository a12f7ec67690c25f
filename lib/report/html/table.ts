import { clean } from '../words/index.js';
import { html, type Markup } from './markup.js';

/** A table whose first column names its rows and whose first `texts` columns keep to the left. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (string | Markup | readonly Markup[])[])[],
  texts: number,
): Markup {
  const side = (c: number) => (c < texts ? html` class="text"` : undefined);
  return html`<div class="scroll${heads.length > 4 ? ' wide' : ''}" role="region" aria-label="${caption}" tabindex="0"><table>
<caption><span>${caption} <small class="hint" aria-hidden="true">Scroll sideways →</small></span></caption>
<thead><tr>${heads.map((head, c) => (head === '' ? html`<td></td>` : html`<th scope="col"${side(c)}>${head}</th>`))}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, c) => (c === 0 ? html`<th scope="row"${side(c)}>${cell}</th>` : html`<td${side(c)}>${cell}</td>`))}</tr>
`,
  )}</tbody>
</table></div>`;
}

/** A name that may wrap after a joint of its own, such as the plus of `subject+lede`. */
export function breakable(name: string): readonly Markup[] {
  return clean(name)
    .split(/(?<=[+/,_.-])/u)
    .map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`));
}
