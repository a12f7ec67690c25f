import { escaped } from '../../util/escape.js';
import type { ReportData } from '../data/index.js';
import { clean } from '../words/index.js';

const LINE = 34;
const HEAD = 30;
const GAP = 18;
const LETTER = 7.2;
const PADDING = 16;
const LONGEST = 30;

/**
 * The pipeline, a line a feature: from its columns by its steps to the cut, where it ends, and which stages and whether
 * the full model read it. Plain SVG in the page's own colours.
 *
 * @returns undefined where no feature says its steps
 */
export function pipelineChart({
  features,
  stages,
}: Pick<ReportData, 'features' | 'stages'>): string | undefined {
  if (features.every(({ steps }) => steps === undefined)) return undefined;
  const reading = new Set(stages.flatMap((stage) => stage.features));
  // A cheaper version that no stage reads is no part of what is served.
  const lines = features
    .filter(({ name, fidelity }) => fidelity === undefined || reading.has(name))
    .map(({ name, steps = [], fidelity }) => ({
      name,
      boxes: boxesOf(fidelity?.words === undefined ? steps : [...steps, fidelity.words]),
    }));
  const cut = Math.max(...lines.map(({ boxes }) => endOf(boxes))) + GAP;
  const names = Math.max(...lines.map(({ name }) => widthOf(short(name))));
  const firstStage = cut + GAP + names + GAP;
  const placeOf = (stage: number) => firstStage + stage * 34 + 17;
  const width = placeOf(stages.length);
  const height = HEAD + lines.length * LINE + 8;
  const middle = (line: number) => HEAD + line * LINE + LINE / 2;
  const read = (name: string) => stages.map((stage) => stage.features.includes(name));
  const headOf = (stage: number) => (stage === stages.length - 1 ? 'full' : `${stage + 1}`);
  const words = lines.map(
    ({ name, boxes }) =>
      `${[...boxes.map(({ text }) => text), clean(name)].join(' → ')}, read by ${
        read(name)
          .flatMap((reads, stage) => (reads ? [headOf(stage)] : []))
          .join(', ') || 'none'
      }`,
  );
  const marks = [
    `<path d="M${cut} ${HEAD - 6}V${height}" stroke="var(--warm)" stroke-width="2" stroke-dasharray="5 4"/>`,
    label(cut, 16, 'the cut', 'middle', 'var(--warm)'),
    ...stages.map((_, stage) => label(placeOf(stage), 16, headOf(stage), 'middle', 'var(--muted)')),
    ...lines.flatMap(({ name, boxes }, line) => [
      `<path d="M0 ${middle(line)}H${cut + GAP}" stroke="var(--line)" stroke-width="2"/>`,
      ...boxes.map((box) => drawn(box, middle(line))),
      label(cut + GAP, middle(line) + 4.5, short(name), 'start', 'currentColor'),
      ...read(name).map((reads, stage) => dot(placeOf(stage), middle(line), reads)),
    ]),
  ];
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" style="max-width:100%;height:auto" font-size="13"`;
  const title = '<title id="pipeline-title">The pipeline and its cut</title>';
  const desc = `<desc id="pipeline-words">${escaped(words.join('; '))}.</desc>`;
  return (
    `<svg role="img" aria-labelledby="pipeline-title pipeline-words" ${size}>` +
    `${title}${desc}${marks.join('')}</svg>`
  );
}

interface Box {
  readonly x: number;
  readonly width: number;
  readonly text: string;
}

function drawn({ x, width, text }: Box, middle: number): string {
  const size = `width="${width}" height="24" rx="5"`;
  const box = `<rect x="${x}" y="${middle - 12}" ${size} fill="var(--card)" stroke="var(--muted)"/>`;
  return box + label(x + width / 2, middle + 4.5, text, 'middle', 'currentColor');
}

function boxesOf(steps: readonly string[]): Box[] {
  const boxes: Box[] = [];
  for (const step of steps) {
    const text = short(step);
    const x = boxes.length === 0 ? 1 : endOf(boxes) + GAP;
    boxes.push({ x, width: widthOf(text) + PADDING, text });
  }
  return boxes;
}

function endOf(boxes: readonly Box[]): number {
  const last = boxes.at(-1);
  return last === undefined ? 0 : last.x + last.width;
}

function short(text: string): string {
  const letters = [...clean(text)];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('');
}

function widthOf(text: string): number {
  return Math.ceil(text.length * LETTER);
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle', fill: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}">${escaped(text)}</text>`;
}

function dot(x: number, y: number, isRead: boolean): string {
  return `<circle cx="${x}" cy="${y}" r="6" fill="${isRead ? 'var(--accent)' : 'none'}" stroke="${isRead ? 'var(--accent)' : 'var(--line)'}" stroke-width="2"/>`;
}
