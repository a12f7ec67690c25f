const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text for an element or a quoted attribute of HTML or SVG.
 *
 * @example escaped('a < b'); // 'a &lt; b'
 */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => entities[c]);
}
