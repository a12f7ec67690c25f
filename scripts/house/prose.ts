const WIDTH = 100;
/** Lines of a decision at most: lab notes go beside their bench. */
const DECISION_LINES = 40;

/**
 * A complaint for each line of a page of Markdown that is wider than 100 characters, and one for a decision of more than 40 lines.
 * Tables, code, and lines with a link or a picture may be wider.
 */
export function untidyProse(path: string, text: string): string[] {
  const complaints: string[] = [];
  const lines = text.trimEnd().split('\n');
  let isCode = false;
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('```')) isCode = !isCode;
    const mayBeWide = isCode || line.startsWith('|') || line.includes('](');
    if (line.length > WIDTH && !mayBeWide)
      complaints.push(`${path}:${i + 1} ${line.length} characters; wrap at ${WIDTH}`);
  }
  if (/^docs\/decisions\/\d/.test(path) && lines.length > DECISION_LINES)
    complaints.push(`${path}: ${lines.length} lines; a decision has at most ${DECISION_LINES}`);
  return complaints;
}

/**
 * A complaint for each decision that doesn't stand exactly once in their list.
 *
 * @param list the page with the list
 * @param files names of the decisions' files
 */
export function unlisted(list: string, files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const times = list.split(`](${file})`).length - 1;
    return times === 1 ? [] : [`docs/decisions/README.md lists ${file} ${times} times; expected once`];
  });
}
