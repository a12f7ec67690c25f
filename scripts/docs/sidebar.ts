import { posix } from 'node:path';
import { guideOf } from './guide.js';
import { titleOf } from './markdown.js';
import { placeOf } from './pages.js';

/** A group or a page of the sidebar, as VitePress takes it. */
export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: SidebarItem[];
}

const PROJECT = ['CONTRIBUTING.md', 'CHANGELOG.md', 'bench/index.md'];

/**
 * Pages in the order in which docs/README.md lists them, then the reference and the project's own.
 * Pages beside a listed index page (decisions, notes of benches) are folded under it.
 *
 * @param pages of the site, by their paths
 * @param readme the text of docs/README.md
 */
export function sidebarOf(pages: ReadonlyMap<string, string>, readme: string): SidebarItem[] {
  const item = (place: string): SidebarItem => ({
    text: titleOf(pages.get(place) ?? '', place),
    link: `/${place.replace(/(?:index)?\.md$/, '')}`,
  });
  const withOthers = (place: string): SidebarItem => {
    if (!place.endsWith('/index.md')) return item(place);
    const others = [...pages.keys()].filter((other) => other !== place && isIn(posix.dirname(place), other));
    return others.length === 0 ? item(place) : { ...item(place), collapsed: true, items: others.map(item) };
  };
  const reference = [...pages.keys()].filter((place) => isIn('docs/reference', place));
  return [
    ...guideOf(readme).map(({ title, pages: paths }, i) => ({
      text: title,
      items: [...(i === 0 ? [item('docs/index.md')] : []), ...paths.map((path) => withOthers(placeOf(path)))],
    })),
    { text: 'API', items: reference.map(item) },
    { text: 'The project', items: PROJECT.map(withOthers) },
  ];
}

function isIn(folder: string, place: string): boolean {
  return place.startsWith(`${folder}/`);
}
