import { MessageWriter } from '../../lib/models/onnxFile/index.js';

/** Numbers of the types of attributes. */
const [WHOLE_ATTRIBUTE, FLOATS_ATTRIBUTE, WHOLES_ATTRIBUTE, TEXTS_ATTRIBUTE] = [2, 6, 7, 8];

function attribute(name: string, type: number): MessageWriter {
  return new MessageWriter().text(1, name).whole(20, type);
}

export function wholeAttribute(name: string, value: number): MessageWriter {
  return attribute(name, WHOLE_ATTRIBUTE).whole(3, value);
}

export function floatsAttribute(name: string, values: ArrayLike<number>): MessageWriter {
  return attribute(name, FLOATS_ATTRIBUTE).floats(7, values);
}

export function wholesAttribute(name: string, values: ArrayLike<number>): MessageWriter {
  return attribute(name, WHOLES_ATTRIBUTE).wholes(8, values);
}

export function textsAttribute(name: string, values: readonly string[]): MessageWriter {
  const message = attribute(name, TEXTS_ATTRIBUTE);
  for (const value of values) message.text(9, value);
  return message;
}
