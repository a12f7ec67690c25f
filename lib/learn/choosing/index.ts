/** Rows chosen to be asked about: those that a student knows least of. */

export { type ChooseRows, chooseRows } from './chooseRows.js';
