import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GreyImage } from '../../detect/image/index.js';
import { PYTHON, type PythonPeer, startPython } from '../peers/python.js';
import type { Candidates, Found } from './found.js';

/** OpenCV in Python, on one thread. */
export class OpencvPeer {
  readonly version: string;

  private constructor(private readonly peer: PythonPeer) {
    this.version = String(entry(peer.ready, 'version'));
  }

  /** Debian's, or that of another Python. @returns why there is none, in words, where OpenCV is missing */
  static async start(): Promise<OpencvPeer | string> {
    const from = (interpreter: string) =>
      startPython('opencv.py', [], interpreter, { name: 'opencv', module: 'cv2' });
    const debian = await from(PYTHON);
    const peer = typeof debian === 'string' && PYTHON !== 'python3' ? await from('python3') : debian;
    return typeof peer === 'string' ? peer : new OpencvPeer(peer);
  }

  /** Files of cascades by name, those of OpenCV's own package and Debian's `opencv-data`. */
  cascades(): Map<string, string> {
    const files = texts(this.peer.ready, 'cascades').flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.xml'))
        .sort()
        .map((file) => [file.slice(0, -'.xml'.length), join(folder, file)] as const),
    );
    // The same cascade may be in both: the first one counts.
    return new Map(files.reverse());
  }

  /** A picture of scikit-image, if that is installed. */
  picture(file: string): string | undefined {
    return texts(this.peer.ready, 'pictures')
      .map((folder) => join(folder, file))
      .find((path) => existsSync(path));
  }

  /** Runs a cascade on an image that `keep` has written; groups are of more than three windows. */
  async detect(
    cascade: string,
    { path, width, height }: KeptImage,
    factor: number,
  ): Promise<Found & { readonly seconds: number }> {
    return foundOf(await this.ask({ cascade, image: path, width, height, factor }));
  }

  /** The windows that pass, too. */
  async candidates(
    cascade: string,
    { path, width, height }: KeptImage,
    factor: number,
  ): Promise<Found & Candidates> {
    const answer = await this.ask({ cascade, image: path, width, height, factor, candidates: true });
    return { ...foundOf(answer), candidates: numbers(answer, 'candidates'), sums: numbers(answer, 'sums') };
  }

  close(): Promise<void> {
    return this.peer.close();
  }

  private ask(request: object): Promise<object> {
    return this.peer.request(JSON.stringify(request));
  }
}

/** An image in a file of its bytes. */
export interface KeptImage {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** Writes an image without padding. */
export async function keep({ data, width, height, stride }: GreyImage, path: string): Promise<KeptImage> {
  const bytes = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) bytes.set(data.subarray(y * stride, y * stride + width), y * width);
  await writeFile(path, bytes);
  return { path, width, height };
}

function foundOf(answer: object): Found & { readonly seconds: number } {
  return {
    seconds: Number(entry(answer, 'seconds')),
    boxes: numbers(answer, 'boxes'),
    neighbours: numbers(answer, 'neighbours'),
  };
}

function numbers(answer: object, key: string): number[] {
  const values: unknown = entry(answer, key);
  if (Array.isArray(values) && values.every((value) => typeof value === 'number')) return values;
  throw new TypeError(`expected numbers of '${key}' from OpenCV, got ${JSON.stringify(answer)}`);
}

function texts(answer: object, key: string): string[] {
  const values: unknown = entry(answer, key);
  return Array.isArray(values) ? values.map(String) : [];
}

function entry(answer: object, key: string): unknown {
  return Object.entries(answer).find(([name]) => name === key)?.[1];
}
