export { type HttpClassOptions, type HttpOptions, httpModel } from './model.js';
