export { type Described, describeFile } from './describing.js';
export { type LoadOptions, loadCascade, readCascade } from './loading.js';
export { type SaveOptions, saveCascade } from './saving.js';
