/** Models on servers of the Open Inference Protocol. */

export { type HttpClassOptions, type HttpOptions, httpModel } from './model.js';
