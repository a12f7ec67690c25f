export { reportOf } from './report.js';
