/** Attentional cascades: OpenCV's Haar and LBP cascades run on images, in browsers too. */

export type { ImageInput } from '../detect/image/index.js';
export * from '../detect/index.js';
