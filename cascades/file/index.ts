export { type LoadOptions, loadCascade } from './loading.js';
export { type SaveOptions, saveCascade } from './saving.js';
