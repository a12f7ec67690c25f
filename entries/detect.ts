/** Attentional cascades: OpenCV's Haar and LBP cascades run on images, in browsers too. */
export * from '../detect/index.js';
export type { ImageInput } from '../detect/image/index.js';
