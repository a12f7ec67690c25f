/** A folder with an `index.ts`, and the description from its first sentence. */
export interface Room {
  readonly path: string;
  readonly holds: string;
}

const BEGIN = '<!-- rooms -->';
const END = '<!-- /rooms -->';

/**
 * The first sentence of the comment at the top of an `index.ts`, without its full stop; undefined
 * if there is none.
 *
 * @example roomSentence('/** Bounds and tests. Pure functions. *\/\n'); // 'Bounds and tests'
 */
export function roomSentence(source: string): string | undefined {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1];
  if (comment === undefined) return undefined;
  const text = comment
    .replace(/^\s*\*/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  return /^(.*?)\.(?: |$)/.exec(text)?.[1] ?? text;
}

/**
 * The page with the table of rooms between its two marks replaced. @throws Error if the page lacks
 * the marks
 */
export function withRooms(page: string, rooms: readonly Room[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`expected '${BEGIN}' and '${END}' in the page`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tableOf(rooms)}\n\n${page.slice(end)}`;
}

/**
 * The paths inside the repository that a page has as code, without those that stand for many.
 *
 * @example pathsIn('`lib/stats` and `npm test`'); // ['lib/stats']
 */
export function pathsIn(page: string): string[] {
  const path = /`((?:bench|cascades|cli|datasets|docs|examples|lib|scripts|test)\/[\w./-]+)`/g;
  return [...page.matchAll(path)].map(([, found]) => found);
}

function tableOf(rooms: readonly Room[]): string {
  const cells = rooms.map(({ path, holds }) => [`\`${path}\``, holds.replaceAll('|', '\\|')]);
  const widths = [0, 1].map((column) =>
    Math.max(...[['room', 'holds'], ...cells].map((row) => row[column].length)),
  );
  const line = (row: readonly string[], fill = ' ') =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column], fill)).join(' | ')} |`;
  return [line(['room', 'holds']), line(['', ''], '-'), ...cells.map((row) => line(row))].join('\n');
}
