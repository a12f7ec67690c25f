/** The model of a batch: its folder found, its code and engine identified, loaded to answer rows. */

export { checkExpected, type Identity, identityText } from './identity.js';
export { type BatchModel, type LoadModelOptions, loadModel } from './loadModel.js';
