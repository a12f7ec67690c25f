import { escaped } from '../../util/escape.js';

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
