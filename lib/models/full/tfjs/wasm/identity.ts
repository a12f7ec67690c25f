import type { Patch } from './patch.js';

/**
 * A clone, of which a training step makes many. Tensors are immutable, so it needs no copy; the
 * backend makes one.
 */
export const clone: Patch = {
  kernel: 'Identity',
  missing: false,
  run: ({ x }, _, kernels) => kernels.share(x),
};

/** The same for a cast that changes nothing, such as in the gradient of relu. */
export const cast: Patch = {
  kernel: 'Cast',
  missing: false,
  run: ({ x }, attrs, kernels) =>
    x.dtype === attrs.dtype && x.dtype !== 'string' ? kernels.share(x) : kernels.original({ x }, attrs),
};
