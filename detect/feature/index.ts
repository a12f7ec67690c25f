/** A detector's progress over an image as numbers of a feature: stage by stage, and on fewer sizes at first. */
export { Columns } from './columns.js';
export { advanceOf, type ScanProgress } from './progress.js';
export { type CountedWork, countedWork, proposed } from './propose.js';
export { type Version, versionName, versionsNamed, wholeSearch } from './version.js';
