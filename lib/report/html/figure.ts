import { html, type Markup, trusted } from './markup.js';

/** A picture with its caption; the caption alone if there is nothing to draw. */
export function figure(caption: string, svg: string | undefined): Markup {
  return html`<figure><figcaption>${caption}</figcaption>${svg === undefined ? undefined : trusted(svg)}</figure>`;
}
