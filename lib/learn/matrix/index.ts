/** Dense matrices held for many products: products, Gram matrices, Cholesky factors. */

export { cholesky, invertLower } from './cholesky.js';
export { type GramSums, gramSums, kernelGram, plainGram, TILE } from './gram.js';
export { holdMatrix, kernelMatrix, type Matrix, plainMatrix } from './matrix.js';
export { kernelRowGram, plainRowGram, type RowGram, rowGram } from './rowGram.js';
