export { flatKernel } from './flat.js';
export { linkedKernel, lopsidedKernel } from './linked.js';
