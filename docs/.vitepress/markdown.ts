import type { MarkdownOptions } from 'vitepress';
import { slugOf } from '../../scripts/docs/markdown.js';

/** How the site reads Markdown: as GitHub does, and nothing in it is Vue's. */
export const markdown: MarkdownOptions = {
  // What looks like a tag, a component, attributes or an emoji's name is text.
  html: false,
  attrs: { disable: true },
  anchor: { slugify: slugOf },
  config(md) {
    md.disable('emoji');
    const { renderer, utils } = md;
    const { text, code_inline: code, fence } = renderer.rules;
    // Vue would evaluate what stands in double braces.
    const braces = (html: string) => html.replaceAll('{{', '&#123;&#123;');
    renderer.rules.text = (...token) => braces(text?.(...token) ?? '');
    renderer.rules.code_inline = (...token) => braces(code?.(...token) ?? '');
    // What the cells of a notebook gave. Pictures stay in the page, whose colours they take.
    renderer.rules.fence = (tokens, i, ...rest) => {
      const { info, content } = tokens[i];
      if (info === 'output')
        return `<pre class="output" v-pre tabindex="0"><samp>${utils.escapeHtml(content)}</samp></pre>\n`;
      if (info === 'svg')
        return `<figure class="output" v-html="${utils.escapeHtml(JSON.stringify(content))}"></figure>\n`;
      return fence?.(tokens, i, ...rest) ?? '';
    };
  },
};
