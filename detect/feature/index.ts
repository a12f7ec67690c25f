/** A detector's progress over an image as numbers of a feature: stage by stage, and on fewer sizes at first. */
export { Columns } from './columns.js';
export { type Advance, advanceOf, type Progress } from './progress.js';
export { proposed } from './propose.js';
export { isWithin, type Version, versionName, versionsOf, wholeOf } from './version.js';
