/** What features read: views of rows, sources, transforms, checks of rows. Nothing of it needs Node. */
export { rowCheck } from '../rowCheck.js';
export { readsOf, statedSource } from '../sources.js';
export { checkSource, RowView, type Source, type Transform, transform } from '../view.js';
