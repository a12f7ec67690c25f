import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { greyPng } from '../../detect/image/index.js';
import { Detector } from '../../entries/detect.js';
import { smallModel } from '../detect/models.js';
import { noise } from '../detect/training/scenes.js';
import { run, runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';

/** `spillway detect` as a shell runs it. */

const detector = new Detector(smallModel(54));
const image = noise('cli', 40, 30);
const pgm = Buffer.from([...Buffer.from('P5 40 30 255\n'), ...image.data]);

test('boxes as a table or as JSON, and a drawing beside the image', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'a.pgm'), pgm);
  await writeFile(join(folder, 'c.xml'), detector.toXml());
  const { boxes } = detector.detect(image);
  t.true(boxes.length > 0, 'there is something to print');

  const { code, out, err } = await run(['detect', 'a.pgm', 'c.xml'], folder);
  t.deepEqual([code, err], [0, '']);
  const lines = out.trimEnd().split('\n');
  t.regex(lines[0], /^ +x +y +width +height +neighbours +score$/);
  const numbers = lines.slice(1, 1 + boxes.length).map((line) => line.trim().split(/ +/).map(Number));
  t.deepEqual(
    numbers.map((row) => row.slice(0, 6)),
    boxes.map(({ x, y, width, height, neighbours }, i) => [i + 1, x, y, width, height, neighbours]),
  );
  t.is(lines.at(-1), 'a.svg');
  const svg = await readFile(join(folder, 'a.svg'), 'utf8');
  t.is(svg.match(/<rect [^>]*pointer-events/g)?.length, boxes.length);

  const json = await run(
    [
      'detect',
      'a.pgm',
      'c.xml',
      '--json',
      '--opencv',
      '-f',
      '1.3',
      '-n',
      '1',
      '--max-size',
      '20x20',
      '--trace',
      '-o',
      'b.svg',
    ],
    folder,
  );
  const found = JSON.parse(json.out);
  const options = { compat: 'opencv', scaleFactor: 1.3, minNeighbors: 1, maxSize: [20, 20] } as const;
  t.deepEqual(found.boxes, detector.detect(image, options).boxes);
  t.deepEqual([found.width, found.height, found.drawing], [40, 30, 'b.svg']);
  t.is(found.trace.stages.length, 3);
  t.regex(await readFile(join(folder, 'b.svg'), 'utf8'), /^<svg /);
});

test('PNG through the optional decoder; nothing found is no error', async (t) => {
  const folder = await folderFor(t);
  const grey = { data: new Uint8Array(40 * 30).fill(99), width: 40, height: 30, stride: 40 };
  await writeFile(join(folder, 'a.png'), greyPng(grey));
  await writeFile(join(folder, 'c.xml'), detector.toXml());
  const { code, out } = await run(['detect', 'a.png', 'c.xml'], folder);
  t.deepEqual([code, out], [0, 'nothing was found\n\na.svg\n']);
});

test('mistakes: one line that names the file or the option, and its exit code', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'a.pgm'), pgm);
  await writeFile(join(folder, 'c.xml'), detector.toXml());
  await writeFile(join(folder, 'd.xml'), '<opencv_storage><c>');
  const refused: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
    [['b.pgm', 'c.xml'], 1, /^spillway: b\.pgm can't be read: .*\(ARTIFACT\)\n$/],
    [['a.pgm', 'd.xml'], 1, /^spillway: d\.xml: .*\(ARTIFACT\)\n$/],
    [
      ['a.pgm', 'a.pgm'],
      1,
      /^spillway: a\.pgm: this is no cascade of OpenCV's: it looks like a PGM.* Pass its XML/,
    ],
    [['c.xml', 'c.xml'], 1, /c\.xml can't be decoded.*\(ARTIFACT\)\n$/s],
    [['a.pgm', 'c.xml', '-f', '1'], 2, /--scale-factor.*above 1/],
    [['a.pgm', 'c.xml', '--min-size', '20'], 2, /WIDTHxHEIGHT/],
    [['a.pgm', 'c.xml', '-o', 'none/a.svg'], 2, /--out.*its folder isn't there/],
    [['a.pgm', 'c.xml', '-o', 'a.pgm'], 2, /--out.*is the image itself/],
  ];
  const ran = await runEach(refused.map(([args]) => [['detect', ...args], folder]));
  for (const [i, [, code, says]] of refused.entries()) {
    t.deepEqual([ran[i].code, ran[i].out], [code, ''], ran[i].err);
    t.regex(ran[i].err, says);
  }
});
