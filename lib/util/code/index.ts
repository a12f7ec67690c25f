/** Code known by its content: a module with all files that it imports. */

export { type Code, engineName, importedOnce, isUnchanged, PackageCache, readCode } from './code.js';
