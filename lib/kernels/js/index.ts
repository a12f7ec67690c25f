/** Kernels in JavaScript, for hosts without WebAssembly. */

