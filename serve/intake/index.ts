/** Requests on their way in: how many a tenant may have, and whose is read next. */

export { Intake, type IntakeOptions, type IntakePlace, noRoom } from './intake.js';
