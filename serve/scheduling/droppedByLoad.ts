import { RequestError } from '../../lib/protocol/messages/index.js';

/**
 * A deadline that passed before a job was started, and that it could have met without what came before it: nothing in
 * its rows caused that.
 */
export class DroppedByLoad extends RequestError {}
