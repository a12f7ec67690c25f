/** Settings of a cascade: fewer stages, another threshold of the last one, and which windows pass them. */
export { checkDial, type Dial, DialReader, type DialSetting, fixedDial, modelAt } from './dial.js';
export { comparePermissive, settingOf, spaced } from './settings.js';
