import { OptionError } from '../../lib/errors.js';
import { random } from '../../lib/stats/index.js';
import {
  copiesOf,
  digestsOf,
  heldOut,
  type ObjectPlace,
  objectPlaces,
  type Positive,
  type WindowSize,
  windowOf,
} from './examples/index.js';
import type { trainingOptions } from './options.js';

/** An item of `positives`: its objects, which stay together. */
interface Item {
  readonly index: number;
  readonly places: readonly ObjectPlace[];
  /** Of its whole image. */
  readonly digest: number;
}

/** An object that only counts hits, as a window. */
export interface TestObject {
  readonly window: Uint8Array;
  /** Of its whole image. */
  readonly digest: number;
}

/** Windows of objects by what they do. No image stands in two of the parts. */
export interface ObjectParts {
  /** Stages are fitted on them, copies included. */
  readonly fitted: readonly Uint8Array[];
  /** They choose thresholds. */
  readonly choosing: readonly Uint8Array[];
  /** They choose nothing. */
  readonly counting: readonly TestObject[];
  /** Digests of the images of the first two parts, and of all. */
  readonly chosen: readonly number[];
  readonly used: readonly number[];
}

/** The share of validation objects that only count hits. */
const TEST_SHARE = 1 / 3;

/** @throws OptionError for objects that can't be used, or are given twice */
export function objectParts(
  {
    positives,
    validation,
    test,
    augment,
    seed,
  }: Pick<ReturnType<typeof trainingOptions>, 'positives' | 'validation' | 'test' | 'augment' | 'seed'>,
  window: WindowSize,
): ObjectParts {
  const all = itemsOf('positives', positives, window);
  const [first, held] =
    typeof validation === 'number'
      ? divided(all, validation, `${seed}`)
      : [all, itemsOf('validation.positives', validation.positives, window, all)];
  const [second, third] =
    test === undefined
      ? divided(held, TEST_SHARE, `${seed} test`)
      : [held, itemsOf('test', test, window, [...all, ...held])];
  const stream = random(seed).fork('augment');
  return {
    fitted: first.flatMap(({ places, index }) =>
      places.flatMap((place, box) => [
        windowOf(place, window),
        ...(augment ? copiesOf(place, window, augment, stream.fork(`${index} ${box}`)) : []),
      ]),
    ),
    choosing: second.flatMap(({ places }) => places.map((place) => windowOf(place, window))),
    counting: third.flatMap(({ places, digest }) =>
      places.map((place) => ({ window: windowOf(place, window), digest })),
    ),
    chosen: [...first, ...second].map(({ digest }) => digest),
    used: [...first, ...second, ...third].map(({ digest }) => digest),
  };
}

/** @param others whose images may not be among these */
function itemsOf(
  option: string,
  positives: readonly Positive[],
  window: WindowSize,
  others: readonly Item[] = [],
): Item[] {
  const places = objectPlaces(option, positives, window);
  const taken = new Set(others.map(({ digest }) => digest));
  return digestsOf(option, positives).map((digest, index) => {
    if (taken.has(digest)) {
      throw new OptionError(
        option,
        `image ${index} is used in training, too; expected images of their own, which judge it`,
      );
    }
    return { index, places: places[index], digest };
  });
}

/** Divides items by chance. Items of one image stay together. */
function divided(items: readonly Item[], share: number, seed: string): [rest: Item[], held: Item[]] {
  const isHeld = heldOut(items, share, seed);
  const first = new Map<number, boolean>();
  items.forEach(({ digest }, i) => {
    if (!first.has(digest)) first.set(digest, isHeld(i));
  });
  const goes = (side: boolean) => items.filter(({ digest }) => first.get(digest) === side);
  return [goes(false), goes(true)];
}
