/** Windows to train on: those that show the object, and those that don't but pass, cut from images. */

export { type Augmentation, checkAugmentation, copiesOf, type Jitter } from './augment.js';
export { collectFalsePositives, type FalsePositives } from './bootstrap.js';
export {
  type Chosen,
  checkImages,
  greyOf,
  heldOut,
  type ImageSource,
  type Images,
  isIterable,
  readEach,
  readImages,
} from './images.js';
export {
  type BoxedImage,
  digestsOf,
  type ObjectPlace,
  objectPlaces,
  type Positive,
  type WindowSize,
  windowOf,
  windowSize,
} from './positives.js';
export { WindowSet, type WindowSums, WindowValues, withoutFlat } from './windowSet.js';
