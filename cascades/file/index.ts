export { type LoadOptions, loadCascade, type SaveOptions, saveCascade } from './saving.js';
