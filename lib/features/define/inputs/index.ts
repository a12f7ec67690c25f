/** What features read (views of rows, sources, transforms, checks of rows), for features that run in browsers, too. */
export { rowCheck } from '../rowCheck.js';
export { readsOf, statedSource } from '../sources.js';
export { checkSource, RowView, type Source, type Transform, transform } from '../view.js';
