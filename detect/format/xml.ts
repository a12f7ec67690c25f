import type { ArtifactError } from '../../lib/errors.js';
import { damagedXml, unsupportedXml } from './faults.js';

/** An element: its name, its children in order, and its own text without theirs. */
export interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** Ten times the largest cascade of OpenCV. */
const MOST_CHARACTERS = 32 * 2 ** 20;
/** More can't be so few characters, and may be more than a string can hold. */
export const MOST_XML_BYTES = 3 * MOST_CHARACTERS;
const MOST_ELEMENTS = 2 ** 20;
/** Those of cascades are ten deep. */
const MOST_DEPTH = 32;

/** OpenCV's elements have one at most. */
const MOST_ATTRIBUTES = 32;

/** A comment or declaration, the end of an element, its beginning up to its attributes, or text. */
const TOKEN = /<!--[\s\S]*?-->|<\?xml\s[\s\S]*?\?>|<\/([A-Za-z_][\w.-]*)\s*>|<([A-Za-z_][\w.-]*)|([^<]+)/y;
const ATTRIBUTE = /\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*')/y;
/** The end of an element's beginning, with whether it is empty. */
const END = /\s*(\/?)>/y;
const ENTITY = /&(?:amp|lt|gt|quot|apos);/g;

/**
 * Reads the part of XML that cascades are written in: elements, text, comments, the declaration, and the five
 * entities of XML itself. Whatever else a document may have (document types, entities of its own, CDATA,
 * instructions) is refused, and so is one that is too long, deep or branched. It takes time in proportion to the
 * text.
 *
 * @returns the root
 * @throws ArtifactError: `damaged` for what is not well-formed, `unsupported` for what is refused
 */
export function parseXml(text: string): Element {
  if (text.length > MOST_CHARACTERS) {
    throw unsupportedXml(`it has ${text.length} characters; at most ${MOST_CHARACTERS} are read`);
  }
  const top: Element = { name: '', children: [], text: '' };
  const open: Element[] = [top];
  let elements = 0;
  let next = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (next < text.length) {
    const at = next;
    const token = matchAt(TOKEN, text, at);
    if (token === null) throw unread(text, at);
    const [, closed, opened, content] = token;
    next = TOKEN.lastIndex;
    const parent = open[open.length - 1];
    if (closed !== undefined) {
      if (closed !== parent.name)
        throw damagedXml(`</${closed.slice(0, 40)}> does not close <${parent.name.slice(0, 40)}>`);
      open.pop();
    } else if (opened !== undefined) {
      const element: Element = { name: opened, children: [], text: '' };
      parent.children.push(element);
      // One by one: a single expression for all of them has no memory left where there are millions.
      for (let attributes = 0; matchAt(ATTRIBUTE, text, next) !== null; attributes++) {
        if (attributes === MOST_ATTRIBUTES) {
          throw unsupportedXml(`<${opened}> has more than ${MOST_ATTRIBUTES} attributes`);
        }
        next = ATTRIBUTE.lastIndex;
      }
      const end = matchAt(END, text, next);
      if (end === null) throw unread(text, at);
      next = END.lastIndex;
      if (end[1] === '') open.push(element);
      if (++elements > MOST_ELEMENTS || open.length > MOST_DEPTH) {
        throw unsupportedXml(`it has more than ${MOST_ELEMENTS} elements, or they are ${MOST_DEPTH} deep`);
      }
    } else if (content !== undefined) addText(parent, content, at);
  }
  if (open.length > 1) throw damagedXml(`it ends inside <${open[open.length - 1].name}>: is it cut short?`);
  if (top.children.length !== 1 || top.text.trim() !== '') throw damagedXml('expected one root');
  return top.children[0];
}

/** @param expression sticky */
function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}

function addText(parent: Element, text: string, at: number): void {
  // Numbers and names have no use for an entity, so they stay as they are.
  if (text.replace(ENTITY, '').includes('&')) {
    throw unsupportedXml(`an entity at character ${at} or later is not one of XML's own five`);
  }
  parent.text += text;
}

/** What is neither a comment nor the declaration, but begins like these, is read by no rule of ours. */
function unread(text: string, at: number): ArtifactError {
  const begin = text.slice(at, at + 9);
  if (/^<(?!!--|\?xml\s)[!?]/.test(begin))
    return unsupportedXml(`${JSON.stringify(begin)} at character ${at} is not read`);
  return damagedXml(`no element at character ${at}: is it cut short?`);
}
