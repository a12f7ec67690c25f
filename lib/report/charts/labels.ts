/** A dot with a text that should stand beside it. Pixels, y downwards. */
export interface Anchor {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** A text and its anchor: the vertical middle of its line, at its start, middle or end. */
export interface ChartLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const letter = 6.6;
const half = 7;
const away = 12;

/**
 * Labels for dots, greedily: each takes the first place round its dot that stays inside the frame
 * and clear of `obstacles` and of the labels before it. A label without such a place is left out,
 * since unreadable text is worse than a table.
 */
export function placeLabels(
  anchors: readonly Anchor[],
  obstacles: readonly Box[],
  frame: Box,
): readonly ChartLabel[] {
  const taken = [...obstacles];
  const placed: ChartLabel[] = [];
  for (const dot of anchors) {
    const free = places(dot).find(
      ({ box }) => inside(box, frame) && !taken.some((other) => meet(box, other)),
    );
    if (free === undefined) continue;
    taken.push(free.box);
    placed.push(free.label);
  }
  return placed;
}

function places({ x, y, text }: Anchor): { readonly label: ChartLabel; readonly box: Box }[] {
  const width = text.length * letter;
  const at = (anchor: ChartLabel['anchor'], px: number, py: number) => {
    const left = anchor === 'start' ? px : anchor === 'end' ? px - width : px - width / 2;
    return {
      label: { text, x: px, y: py, anchor },
      box: { left, right: left + width, top: py - half, bottom: py + half },
    };
  };
  return [
    at('start', x + away, y),
    at('end', x - away, y),
    ...[1.5, 2.5, 4].flatMap((step) => [
      at('middle', x, y - away * step),
      at('middle', x, y + away * step),
      at('start', x + away, y - away * step),
      at('end', x - away, y - away * step),
      at('start', x + away, y + away * step),
      at('end', x - away, y + away * step),
    ]),
  ];
}

function inside(box: Box, frame: Box): boolean {
  return (
    box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
  );
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
