/** The `pixels` feature: images averaged to one size, and samples of them at coarser ones. */
export type { PixelImage } from './image.js';
export { type PixelsOptions, pixels } from './pixels.js';
