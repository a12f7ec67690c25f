import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { siteOf } from '../../scripts/docs/pages.js';
import { sidebarOf } from '../../scripts/docs/sidebar.js';
import { markdown } from './markdown.js';

/**
 * The site: pages are made of the repository's Markdown, its notebooks and the built declarations, written to out/pages, and rendered
 * into out/site.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { pages, files } = siteOf(root);
const written = join(root, 'out/pages');
rmSync(written, { recursive: true, force: true });
for (const [place, text] of pages) {
  mkdirSync(dirname(join(written, place)), { recursive: true });
  writeFileSync(join(written, place), text);
}
for (const file of files) cpSync(join(root, file), join(written, 'public', file), { recursive: true });

// A link to a notebook leads to its file, not to a page.
process.env.VITE_EXTRA_EXTENSIONS = 'ipynb';

const sidebar = sidebarOf(pages, readFileSync(join(root, 'docs/README.md'), 'utf8'));
/** On its own pages the reference comes first. */
const api = sidebar.filter(({ text }) => text === 'API');

export default defineConfig({
  title: 'spillway',
  description: 'Cheap models answer easy inputs, the full model the rest, and a certificate bounds the loss',
  srcDir: '../out/pages',
  outDir: '../out/site',
  cacheDir: '../out/vitepress',
  // The index of the search is one chunk.
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/docs/' },
      { text: 'API', link: '/docs/reference/spillway' },
      { text: 'Changelog', link: '/CHANGELOG' },
    ],
    sidebar: {
      '/': sidebar,
      '/docs/reference/': [...api, ...sidebar.filter((group) => !api.includes(group))],
    },
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // How the project works is found last. The browser gets this function as text, so that it names nothing of this file.
            boostDocument: (page) =>
              /\/(?:docs\/decisions|CHANGELOG|CONTRIBUTING|bench)\b/.test(page) ? 0.3 : 1,
          },
        },
      },
    },
  },
  markdown,
});
