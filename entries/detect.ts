/** Attentional cascades: OpenCV's Haar and LBP cascades run on images, in browsers too. */
export * from '../cascades/attentional/index.js';
export type { ImageInput } from '../lib/image/index.js';
