/** Fenced code: its fence, language and content. */
const FENCED = /^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[ \t]*$/gm;

/** A page with its prose changed; fenced code stays as it is. */
export function mapProse(markdown: string, change: (prose: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (const { 0: code, index } of markdown.matchAll(FENCED)) {
    parts.push(change(markdown.slice(at, index)), code);
    at = index + code.length;
  }
  return [...parts, change(markdown.slice(at))].join('');
}

/** A page with the targets of its links and pictures changed, except those in code. */
export function mapLinks(markdown: string, change: (target: string) => string): string {
  return mapProse(markdown, (prose) =>
    prose.replace(/`[^`]*`|\]\(([^)\s]+)/g, (whole, target?: string) =>
      target === undefined ? whole : `](${change(target)}`,
    ),
  );
}

/** The anchor of a heading, as GitHub makes it. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The anchors of a page's headings, in their order; a heading that stands there again gets a number. */
export function anchorsOf(markdown: string): string[] {
  const counts = new Map<string, number>();
  const anchors: string[] = [];
  mapProse(markdown, (prose) => {
    for (const [, heading] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
      const slug = slugOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
      const count = counts.get(slug) ?? 0;
      counts.set(slug, count + 1);
      anchors.push(count === 0 ? slug : `${slug}-${count}`);
    }
    return prose;
  });
  return anchors;
}

/** A page's title, without marks of code. @param fallback of a page without one */
export function titleOf(markdown: string, fallback: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1].replaceAll('`', '') ?? fallback;
}
