/** A column of a plain-text table: its heading and the side that its cells keep to. */
export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
}

const graphemes = new Intl.Segmenter();
const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}/u;
const gap = '   ';
const narrowest = 8;

/**
 * Lines of a table no wider than `width` where its words allow: heading, rule, rows. Text columns give way to
 * numbers, the widest first, and their cells go on below. A cell given as several texts breaks between them, and
 * within one only when nothing else helps.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | readonly string[])[])[],
  width: number,
): { readonly head: string; readonly rule: string; readonly body: readonly string[] } {
  const pieces = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell.split(' ') : cell)));
  const widths = columns.map(({ head }, c) =>
    Math.max(cells(head), ...pieces.map((row) => cells(row[c].join(' ')))),
  );
  const heads = columns.map(({ head }) => cells(head));
  const whole = pieces[0]?.map((_, c) => Math.max(...pieces.flatMap((row) => row[c].map(cells)))) ?? heads;
  let over = widths.reduce((a, b) => a + b, 0) + gap.length * (widths.length - 1) - width;
  for (const floors of [whole, columns.map(() => narrowest)]) {
    while (over > 0) {
      const roomy = columns.flatMap(({ align }, c) =>
        align === 'left' && widths[c] > Math.max(floors[c], heads[c]) ? [c] : [],
      );
      if (roomy.length === 0) break;
      widths[roomy.reduce((a, b) => (widths[b] > widths[a] ? b : a))]--;
      over--;
    }
  }
  const line = (texts: readonly string[]) =>
    texts
      .map((text, c) => pad(text, widths[c], columns[c].align))
      .join(gap)
      .trimEnd();
  const body = pieces.flatMap((row) => {
    const wrapped = row.map((words, c) => wrap(words, widths[c]));
    const height = Math.max(1, ...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, i) => line(wrapped.map((lines) => lines[i] ?? '')));
  });
  return {
    head: line(columns.map(({ head }) => head)),
    rule: line(widths.map((w) => '─'.repeat(w))),
    body,
  };
}

/** Pieces laid out in lines of at most `width` cells; a piece wider than that is cut. */
export function wrap(pieces: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let current: string | undefined;
  for (const piece of pieces.flatMap((p) => cut(p, width))) {
    if (current === undefined) current = piece;
    else if (cells(current) + 1 + cells(piece) <= width) current += ` ${piece}`;
    else {
      lines.push(current);
      current = piece;
    }
  }
  return current === undefined ? lines : [...lines, current];
}

/** How many cells of a terminal a text takes. */
export function cells(text: string): number {
  let sum = 0;
  for (const { segment } of graphemes.segment(text)) sum += wide.test(segment) ? 2 : 1;
  return sum;
}

function cut(piece: string, width: number): string[] {
  if (cells(piece) <= width) return [piece];
  const parts: string[] = [];
  let part = '';
  const joints = piece.split(/(?<=[+/,_.-])/u);
  const units = joints.every((joint) => cells(joint) <= width)
    ? joints
    : Array.from(graphemes.segment(piece), ({ segment }) => segment);
  for (const unit of units) {
    if (part !== '' && cells(part) + cells(unit) > width) {
      parts.push(part);
      part = '';
    }
    part += unit;
  }
  return [...parts, part];
}

function pad(text: string, width: number, align: Column['align']): string {
  const blank = ' '.repeat(Math.max(0, width - cells(text)));
  return align === 'left' ? text + blank : blank + text;
}
