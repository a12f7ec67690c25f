import type { GreyImage } from '../../detect/image/index.js';
import { loadPeer, peerVersion } from '../peers/install.js';
import type { Found } from './found.js';

const NAME = '@techstark/opencv-js';

/** OpenCV compiled to WebAssembly, in this process. */
export class OpencvJs {
  readonly version = `${NAME}@${peerVersion(NAME)}`;
  private readonly loaded = new Map<string, Classifier>();

  private constructor(private readonly module: Module) {}

  /** @returns why it can't be had, in words */
  static async load(): Promise<OpencvJs | string> {
    const exceptions = process.listeners('uncaughtException');
    const rejections = process.listeners('unhandledRejection');
    const module = loadPeer(NAME);
    if (typeof module === 'string') return module;
    if (!isModule(module)) return `${NAME} isn't what it was`;
    // It has a `then` that passes itself on, so that awaiting it never ends.
    await new Promise<void>((resolve) => {
      module.onRuntimeInitialized = resolve;
    });
    // It ends the process where anything fails: that is ours to do.
    for (const listener of process.listeners('uncaughtException')) {
      if (!exceptions.includes(listener)) process.off('uncaughtException', listener);
    }
    for (const listener of process.listeners('unhandledRejection')) {
      if (!rejections.includes(listener)) process.off('unhandledRejection', listener);
    }
    return new OpencvJs(module);
  }

  /** Takes a cascade and an image, and gives what runs them; `end` frees the image. */
  runner(name: string, xml: Uint8Array, { data, width, height, stride }: GreyImage) {
    const { module } = this;
    const classifier = this.classifier(name, xml);
    const image = new module.Mat(height, width, module.CV_8UC1);
    for (let y = 0; y < height; y++) image.data.set(data.subarray(y * stride, y * stride + width), y * width);
    const [boxes, counts, none] = [new module.RectVector(), new module.IntVector(), new module.Size(0, 0)];
    return {
      /** @param least groups are of more windows; 0 for the windows themselves */
      run(factor: number, least: number): void {
        classifier.detectMultiScale2(image, boxes, counts, factor, least, 0, none, none);
      },
      /** What the last run found. */
      found(): Found {
        const found = Array.from({ length: boxes.size() }, (_, i) => boxes.get(i));
        return {
          boxes: found.flatMap(({ x, y, width, height }) => [x, y, width, height]),
          neighbours: Array.from({ length: counts.size() }, (_, i) => counts.get(i)),
        };
      },
      end(): void {
        for (const each of [image, boxes, counts]) each.delete();
      },
    };
  }

  private classifier(name: string, xml: Uint8Array): Classifier {
    const known = this.loaded.get(name);
    if (known !== undefined) return known;
    const file = `${name}.xml`;
    this.module.FS_createDataFile('/', file, xml, true, false, false);
    const classifier = new this.module.CascadeClassifier();
    if (!classifier.load(file)) throw new TypeError(`${NAME} can't load ${file}`);
    this.loaded.set(name, classifier);
    return classifier;
  }
}

interface Freed {
  delete(): void;
}

interface List<T> extends Freed {
  size(): number;
  get(i: number): T;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Mat extends Freed {
  readonly data: Uint8Array;
}

interface Classifier extends Freed {
  load(file: string): boolean;
  detectMultiScale2(
    image: Mat,
    boxes: List<Rectangle>,
    counts: List<number>,
    factor: number,
    least: number,
    flags: number,
    minSize: unknown,
    maxSize: unknown,
  ): void;
}

/** What is used of the package. */
interface Module {
  onRuntimeInitialized: () => void;
  readonly CV_8UC1: unknown;
  readonly Mat: new (height: number, width: number, type: unknown) => Mat;
  readonly RectVector: new () => List<Rectangle>;
  readonly IntVector: new () => List<number>;
  readonly Size: new (width: number, height: number) => unknown;
  readonly CascadeClassifier: new () => Classifier;
  FS_createDataFile(folder: string, file: string, bytes: Uint8Array, ...flags: boolean[]): void;
}

function isModule(value: unknown): value is Module {
  return typeof value === 'object' && value !== null && 'then' in value;
}
