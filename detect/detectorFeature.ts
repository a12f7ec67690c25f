import { checkKeys } from '../lib/check.js';
import { denseBlock } from '../lib/data/blocks/index.js';
import { FeatureError, OptionError } from '../lib/errors.js';
import type { Feature, Fidelities, FittedFeature } from '../lib/features/define/index.js';
import {
  checkSource,
  type RowView,
  readsOf,
  rowCheck,
  type Source,
  statedSource,
  type Transform,
  transform,
} from '../lib/features/define/inputs/index.js';
import { checkDetector, type Detector } from './detector.js';
import {
  advanceOf,
  Columns,
  type CountedWork,
  countedWork,
  proposed,
  type ScanProgress,
  type Version,
  versionName,
  versionsNamed,
  wholeSearch,
} from './feature/index.js';
import { checkImage, type GreyImage, greyImage, type ImageInput } from './image/index.js';
import { modelDigest } from './model/index.js';
import { type DetectOptions, detectOptions } from './scan/index.js';

/** Options of `detectorFeature`: an image, and how it is searched, as in `detect`. */
export interface DetectorFeatureOptions<Row> extends Omit<DetectOptions, 'signal'> {
  /** A row's image: grey bytes or RGBA, of any size. */
  readonly image: Source<Row, ImageInput>;
}

/** Images that work is counted on, at the most. */
const SAMPLE = 24;

/**
 * What a detector sees in an image, as columns of an ordinary feature: how far windows got at each stage, and how many;
 * by how much the best one passed the last stage; and for each of four bands of sizes the windows that passed, the
 * boxes, and the windows of the largest box. A small model of these answers 'is anything here?' before a network
 * is asked. An image that is smaller than the window has zeros.
 *
 * It has cheaper versions of itself, for stages of a cascade: `faces@5` runs five stages of the detector, `faces@5/2`
 * runs them on every second size. Going on from one continues with the windows that passed it.
 *
 * A cascade that was saved with another detector, or with other options, is void.
 *
 * @throws OptionError for a detector or options that are none; FeatureError, while it is computed, naming the row, for a
 *   value that is no image
 * @example
 * const features = define({
 *   faces: detectorFeature(detector, { image: (frame: Frame) => frame.image, scaleFactor: 1.2 }),
 * });
 */
export function detectorFeature<Row>(detector: Detector, options: DetectorFeatureOptions<Row>): Feature<Row> {
  checkDetector('detector', detector);
  checkKeys(options, ['image', 'compat', 'scaleFactor', 'minNeighbors', 'minSize', 'maxSize']);
  const { image, ...search } = options;
  checkSource(image, 'image');
  const checked = detectOptions(search);
  const { isOpencv, scaleFactor, minNeighbors, minSize, maxSize } = checked;
  const { model } = detector;
  const isFast = detector.options.kernel !== 'plain';
  const columns = new Columns(model, checked);
  const whole = wholeSearch(model);

  /** The feature at a version. */
  const fittedAt = (version: Version, read: ReadProgress<Row>): FittedFeature<Row> => ({
    columns: columns.count,
    compute(view, { missing } = {}) {
      const values = new Float32Array(view.length * columns.count);
      for (const [i, progress] of read(view).entries()) {
        if (!(progress instanceof FeatureError)) columns.write(progress, version, values, i * columns.count);
        else if (missing) missing(i, progress);
        else throw progress.of('', view.at(i));
      }
      return denseBlock(view.length, columns.count, values);
    },
    warm: () => denseBlock(1, columns.count, new Float32Array(columns.count)),
    state: { json: { columns: columns.count }, tensors: {} },
  });
  const beginning = (to: Version) => {
    const advance = advanceOf(model, checked, { from: undefined, to }, isFast);
    return (value: unknown) => {
      const grey = imageOf(value);
      return grey instanceof FeatureError ? grey : advance(grey);
    };
  };
  const workOn = (view: RowView<Row>) => {
    const length = Math.min(SAMPLE, view.length);
    const sample = Int32Array.from({ length }, (_, i) => view.at(Math.floor((i * view.length) / length)));
    const images = view
      .select(sample)
      .read(image)
      .map(imageOf)
      .flatMap((each) => (each instanceof FeatureError ? [] : [each]));
    return countedWork(model, checked, images, isFast);
  };
  /** Versions are proposed more than once for the same rows. */
  const counted = new WeakMap<RowView<Row>, readonly CountedWork[]>();
  const fidelities: Fidelities<Row> = {
    propose(view, most) {
      const work = counted.get(view) ?? workOn(view);
      counted.set(view, work);
      return proposed(model, work, most).map(versionName);
    },
    inSteps(at) {
      const versions = versionsNamed(at, model);
      let before: { readonly version: Version; readonly work: Transform<Row, Known> } | undefined;
      const reads: Transform<Row, unknown>[] = [...readsOf(image)];
      return versions.map((version) => {
        const work: Transform<Row, Known> = before ? goingOn(before, version) : started(version);
        before = { version, work };
        reads.push(work);
        return { reads: [...reads], fitted: fittedAt(version, (view) => view.read(work)) };
      });
    },
    inWords(at) {
      const [{ stages, every }] = versionsNamed([at], model);
      const first = stages === 1 ? 'first stage' : `first ${stages} stages`;
      return `${first}${every > 1 ? `, at one size in ${every}` : ''}`;
    },
  };
  const started = (to: Version) => {
    const begin = beginning(to);
    return typeof image === 'function' ? transform((row: Row) => begin(image(row))) : transform(image, begin);
  };
  const goingOn = (
    { version: from, work }: { readonly version: Version; readonly work: Transform<Row, Known> },
    to: Version,
  ) => {
    const advance = advanceOf(model, checked, { from, to }, isFast);
    return transform(work, (known) => (known instanceof FeatureError ? known : advance(known.image, known)));
  };
  const begin = beginning(whole);
  const fitted: FittedFeature<Row> = {
    ...fittedAt(whole, (view) => view.read(image).map(begin)),
    fidelities,
  };
  return {
    kind: 'detector',
    reads: readsOf(image),
    options: {
      detector: modelDigest(model),
      scaleFactor,
      minNeighbors,
      minSize: [...minSize],
      maxSize: [...maxSize],
      opencv: isOpencv,
      ...statedSource(image),
    },
    tolerance: 0,
    ...rowCheck(image, faultOf),
    fit: () => fitted,
    load: () => fitted,
  };
}

/** What is known of a row's image, or what is wrong with it. */
type Known = ScanProgress | FeatureError;

type ReadProgress<Row> = (view: RowView<Row>) => readonly Known[];

function imageOf(value: unknown): GreyImage | FeatureError {
  try {
    checkImage(value);
    return greyImage(value);
  } catch (error) {
    if (error instanceof OptionError) return new FeatureError('', undefined, faultIn(error));
    throw error;
  }
}

/** What is wrong with a value that is no image. */
function faultOf(value: unknown): string | undefined {
  try {
    checkImage(value);
    return undefined;
  } catch (error) {
    if (error instanceof OptionError) return faultIn(error);
    throw error;
  }
}

function faultIn({ message }: OptionError): string {
  return `its image can't be searched: ${message}`;
}
