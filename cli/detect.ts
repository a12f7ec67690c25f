import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import {
  type Box,
  type Detector,
  drawDetections,
  readCascade,
  traceScan,
  traceTable,
} from '../entries/detect.js';
import { ArtifactError, OptionError } from '../index.js';
import { addCommand, type Common, type Io } from './command.js';
import { checkPlace, writeText } from './files.js';
import { readImage } from './image.js';
import { factorFrom, sizeFrom, wholeFrom } from './numbers.js';

interface Options extends Common {
  readonly out?: string;
  readonly scaleFactor?: number;
  readonly minNeighbors?: number;
  readonly minSize?: readonly [number, number];
  readonly maxSize?: readonly [number, number];
  readonly opencv?: boolean;
  readonly trace?: boolean;
}

export function addDetect(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'detect <image> <cascade>',
    'objects in an image, by a cascade of OpenCV’s or yours',
    'Finds objects in IMAGE with the cascade in CASCADE (XML as OpenCV and toXml write it), prints a box a ' +
      'line, and draws them over the image as an SVG.',
    async (options: Options, image: string, cascade: string) => {
      const { scaleFactor, minNeighbors, minSize, maxSize, opencv, trace } = options;
      const to = options.out ?? `${image.replace(/\.[^./\\]+$/, '')}.svg`;
      if (to === image) throw new OptionError('--out', `${to} is the image itself: name another file`);
      checkPlace('--out', to);
      const detector = detectorOf(cascade, await bytesOf(cascade));
      const { pixels, picture } = await readImage(await bytesOf(image), image);
      const sizes = { ...(minSize && { minSize }), ...(maxSize && { maxSize }) };
      const scan = { ...(scaleFactor !== undefined && { scaleFactor }), ...sizes, signal: io.signal };
      const { boxes } = detector.detect(pixels, {
        ...scan,
        ...(minNeighbors !== undefined && { minNeighbors }),
        ...(opencv && { compat: 'opencv' }),
      });
      const { width, height } = pixels;
      const traced = trace ? traceScan(detector, pixels, scan) : undefined;
      await writeText('--out', to, drawDetections(picture, boxes, { title: basename(image) }));
      return {
        json: { image, cascade, width, height, boxes, drawing: to, ...(traced && { trace: traced }) },
        text: [boxTable(boxes), ...(traced ? [traceTable(traced)] : []), to].join('\n\n'),
      };
    },
  )
    .option('-o, --out <file>', 'where the drawing goes; IMAGE with the ending .svg by default')
    .option(
      '-f, --scale-factor <number>',
      'from one size of the window to the next; 1.1 by default',
      factorFrom,
    )
    .option(
      '-n, --min-neighbors <number>',
      'a box is the mean of more than so many windows; 3 by default',
      wholeFrom(0),
    )
    .option('--min-size <size>', 'the least size of a window, such as 30x30', sizeFrom)
    .option('--max-size <size>', 'the largest one; that of the image by default', sizeFrom)
    .option('--opencv', 'the very boxes that OpenCV finds, which leaves some windows out')
    .option('--trace', 'print too how many windows each stage sees, and passes')
    .addHelpText(
      'after',
      `
PGM (P5) is read as it is. PNG, JPEG and others need sharp: npm install sharp
The boxes are numbered as in the drawing. An image without objects is no error: the exit code is 0.`,
    );
}

/** @throws ArtifactError that names the file */
function detectorOf(path: string, bytes: Uint8Array): Detector {
  try {
    return readCascade(bytes);
  } catch (error) {
    throw error instanceof ArtifactError
      ? new ArtifactError(error.reason, `${path}: ${error.message}`, { cause: error })
      : error;
  }
}

/** @throws ArtifactError (`unreadable`) */
async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: Error) => {
    throw new ArtifactError('unreadable', `${path} can't be read: ${error.message}`);
  });
}

function boxTable(boxes: readonly Box[]): string {
  if (boxes.length === 0) return 'nothing was found';
  const rows = boxes.map(({ x, y, width, height, neighbours, score }, i) =>
    [i + 1, x, y, width, height, neighbours, score.toFixed(3)].map(String),
  );
  const lines = [['', 'x', 'y', 'width', 'height', 'neighbours', 'score'], ...rows];
  const widths = lines[0].map((_, c) => Math.max(...lines.map((cells) => cells[c].length)));
  return lines.map((cells) => cells.map((cell, c) => cell.padStart(widths[c])).join('  ')).join('\n');
}
