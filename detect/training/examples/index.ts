/** Windows to train on: those that show the object, and those that don't but pass, cut from images. */

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
  cutPositives,
  digestsOf,
  type Positive,
  type WindowSize,
  windowSize,
} from './positives.js';
export { WindowSet, type WindowSums, WindowValues, withoutFlat } from './windowSet.js';
