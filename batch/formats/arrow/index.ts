/** Arrow IPC streams: columns handed on as they are. */

export { loadArrow } from './decoder.js';
export { type MessageKind, messageOutline } from './flat.js';
export { descriptionOctets, END_MARK, framed, PREFIX } from './messages.js';
export { type ArrowSource, readArrow } from './read.js';
export { writeArrow } from './write.js';
