/** A detector's progress over an image as numbers of a feature: stage by stage, and on fewer sizes at first. */
export { Columns } from './columns.js';
export { type Advance, advanceOf, type ScanProgress } from './progress.js';
export { proposed } from './propose.js';
export { doesLess, type Version, versionName, versionsNamed, wholeSearch } from './version.js';
