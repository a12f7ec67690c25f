/** TensorFlow.js, as its package `@tensorflow/tfjs-core` exports it. It is an optional peer: only its types are known here. */
export type Tf = typeof import('@tensorflow/tfjs-core');
