/** A column of a plain-text table: its heading and the side that its cells keep to. */
export interface TextColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
}

const graphemes = new Intl.Segmenter();
/** Graphemes that take no cell. */
const empty =
  /^[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}]+$/u;
/** Graphemes that take two: wide and fullwidth ones (UAX #11, Unicode 17), and emoji. */
const wide =
  /^(?:[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})|\ufe0f/u;
const gap = '   ';
const narrowest = 8;

/**
 * Lines of a table no wider than `width` where its words allow: heading, rule, rows. Text columns
 * give way to numbers, the widest first, and their cells wrap. A cell given as several texts breaks
 * between them, and within one only when nothing else helps.
 */
export function textTable(
  columns: readonly TextColumn[],
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

/**
 * How many cells of a terminal a text takes. By hand: `string-width` takes half as long to import as all else
 * (decision 79).
 */
export function cells(text: string): number {
  let sum = 0;
  for (const { segment } of graphemes.segment(text))
    sum += empty.test(segment) ? 0 : wide.test(segment) ? 2 : 1;
  return sum;
}

function cut(piece: string, width: number): string[] {
  if (cells(piece) <= width) return [piece];
  const parts: string[] = [];
  let part = '';
  // Neither within a number, nor between it and its sign.
  const joints = piece.split(/(?<=[ +/_-]|[,.](?![\d ]))(?<![≤≥±] )/u);
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

function pad(text: string, width: number, align: TextColumn['align']): string {
  const blank = ' '.repeat(Math.max(0, width - cells(text)));
  return align === 'left' ? text + blank : blank + text;
}
