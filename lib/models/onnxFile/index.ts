/** ONNX files as messages: their fields read and written, and graphs of encoders cut after a layer. */

export { type EncoderLayers, encoderLayers } from './encoderLayers.js';
export { damagedOnnx, type Field, fieldsOf, fieldText, floats, wholes } from './wire.js';
export { MessageWriter } from './writer.js';
