const WIDTH = 100;
/** Lines of a decision at most: lab notes go beside their bench. */
const DECISION_LINES = 40;

/**
 * A complaint for each line of a page of Markdown that is wider than 100 characters, and one for a decision of more than 40 lines.
 * Tables, code and pictures may be wider, and a line that ends with the address of a link.
 */
export function untidyProse(path: string, text: string): string[] {
  const complaints: string[] = [];
  const lines = text.trimEnd().split('\n');
  let isCode = false;
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('```')) isCode = !isCode;
    const mayBeWide = isCode || /^(?:\||!\[)/.test(line) || /\]\(\S*$/.test(line);
    if (line.length > WIDTH && !mayBeWide)
      complaints.push(`${path}:${i + 1} ${line.length} characters; wrap at ${WIDTH}`);
  }
  if (/^docs\/decisions\/\d/.test(path) && lines.length > DECISION_LINES)
    complaints.push(`${path}: ${lines.length} lines; a decision has at most ${DECISION_LINES}`);
  return complaints;
}

/**
 * A complaint for each decision that doesn't stand exactly once in their list, and by its own title.
 *
 * @param list the page with the list
 * @param texts of the decisions, by their files' names
 */
export function unlisted(list: string, texts: ReadonlyMap<string, string>): string[] {
  return Array.from(texts).flatMap(([file, text]) => {
    const times = list.split(`](${file})`).length - 1;
    if (times !== 1) return [`docs/decisions/README.md lists ${file} ${times} times; expected once`];
    const title = /^# \d+\. (.*)/.exec(text)?.[1];
    return list.includes(`[${title}](${file})`)
      ? []
      : [`docs/decisions/README.md lists ${file} by another title than '${title}'`];
  });
}
