import { escaped } from '../../util/escape.js';
import { clean } from '../words/index.js';

/** Text that is HTML already. Only `html` and `trusted` make it, so that nothing else goes in unescaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Content = string | number | Markup | undefined | readonly Content[];

/**
 * A template of HTML. Contents are escaped unless they are markup; lists are joined, `undefined` is
 * nothing.
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + render(contents[i - 1]) + part));
}

/** Markup from a serialiser that escapes by itself. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escaped(String(content));
}

/** A picture with its caption; the caption alone if there is nothing to draw. */
export function figure(caption: string, svg: string | undefined): Markup {
  return html`<figure><figcaption>${caption}</figcaption>${svg === undefined ? undefined : trusted(svg)}</figure>`;
}

/** A table whose first column names its rows and whose first `texts` columns keep to the left. */
export function htmlTable(
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
    .split(/(?<=[+/,_.@-])/u)
    .map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`));
}

/** Sentences under a heading, an item each; nothing if there are none. */
export function notes(heading: string, all: readonly string[] = []): Markup | undefined {
  if (all.length === 0) return undefined;
  return html`<section>
<h2>${heading}</h2>
<ul class="notes">${all.map((note) => html`<li>${clean(note)}</li>`)}</ul>
</section>`;
}
