/** The model of a batch: its folder found, its code and engine identified, loaded to answer rows. */

export { type BatchModel, type BatchModelOptions, identityOf, loadBatchModel } from './batchModel.js';
export { batchModelFiles } from './files.js';
export { checkExpected, type Identity, identityText } from './identity.js';
export { columnsNeededBy, lackingColumn, type NeededColumn } from './neededColumns.js';
