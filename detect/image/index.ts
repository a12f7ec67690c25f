/** Grey images: integral images, exact resizing, pyramids. */
export { imageDigest } from './digest.js';
export { checkImage, type GreyImage, greyImage, type ImageInput } from './grey.js';
export { IntegralWriter, integralImages, type SumLayout } from './integral.js';
export { greyPng } from './png.js';
export { type Level, pyramidLevels } from './pyramid.js';
export { Resizer, resizeGrey, tapsOf } from './resize.js';
export { roundEven } from './round.js';
