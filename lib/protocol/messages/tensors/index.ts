/** Tensors of messages: their elements read and written, in JSON and in octets. */

export { EXPECTED } from './data.js';
export { fill as fillElements } from './fill.js';
export { octetsIn, plainOctets, readOctets, writeOctets } from './octets.js';
export { outlineOf, productOf } from './outline.js';
export { checkNumber, readTensors, type TensorData, tensorsIn } from './readTensors.js';
export { type LooseTensor, TensorReader, tensorOctets } from './tensors.js';
export { writeData } from './writeData.js';
