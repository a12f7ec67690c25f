import { posix } from 'node:path';

/** Pages under a heading, in the order in which they are read. */
export interface Group {
  readonly title: string;
  /** Relative to the repository's root. */
  readonly pages: readonly string[];
}

/**
 * The order of the guide, as docs/README.md lists it: what stands under each heading as a numbered list of links.
 *
 * @param readme the text of that page
 * @param at where it lies, relative to the root
 */
export function guideOf(readme: string, at = 'docs/README.md'): Group[] {
  return readme.split(/^## /m).flatMap((section) => {
    const [title] = section.split('\n');
    const pages = [...section.matchAll(/^\d+\. \[[^\]]+\]\(([^)#\s]+)\)/gm)].map(([, link]) =>
      posix.join(posix.dirname(at), link),
    );
    return pages.length > 0 ? [{ title, pages }] : [];
  });
}
