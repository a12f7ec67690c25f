import type { ArtifactError } from '../../../lib/errors.js';
import { damaged, unsupported } from './faults.js';

/** An element: its name, its children in order, and its own text without theirs. */
export interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** Ten times the largest cascade of OpenCV. */
const MOST_CHARACTERS = 32 * 2 ** 20;
const MOST_ELEMENTS = 2 ** 20;
/** Those of cascades are ten deep. */
const MOST_DEPTH = 32;

/** A comment or declaration, the end of an element, its beginning (with whether it is empty), or text. */
const TOKEN =
  /<!--[\s\S]*?-->|<\?xml\s[\s\S]*?\?>|<\/([A-Za-z_][\w.-]*)\s*>|<([A-Za-z_][\w.-]*)(?:\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>|([^<]+)/y;
const ENTITY = /&(?:amp|lt|gt|quot|apos);/g;

/**
 * Reads the part of XML that cascades are written in: elements, text, comments, the declaration, and the five entities of XML itself.
 * Whatever else a document may have (document types, entities of its own, CDATA, instructions) is refused, and so is one that is too
 * long, deep or branched. It takes time in proportion to the text.
 *
 * @returns the root
 * @throws ArtifactError: `damaged` for what is not well-formed, `unsupported` for what is refused
 */
export function parseXml(text: string): Element {
  if (text.length > MOST_CHARACTERS) {
    throw unsupported(`it has ${text.length} characters; at most ${MOST_CHARACTERS} are read`);
  }
  const top: Element = { name: '', children: [], text: '' };
  const open: Element[] = [top];
  let elements = 0;
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) throw unread(text, at);
    const [, closed, opened, isEmpty, content] = token;
    const parent = open[open.length - 1];
    if (closed !== undefined) {
      if (closed !== parent.name) throw damaged(`</${closed}> does not close <${parent.name}>`);
      open.pop();
    } else if (opened !== undefined) {
      const element: Element = { name: opened, children: [], text: '' };
      parent.children.push(element);
      if (isEmpty === '') open.push(element);
      if (++elements > MOST_ELEMENTS || open.length > MOST_DEPTH) {
        throw unsupported(`it has more than ${MOST_ELEMENTS} elements, or they are ${MOST_DEPTH} deep`);
      }
    } else if (content !== undefined) addText(parent, content, at);
  }
  if (open.length > 1) throw damaged(`it ends inside <${open[open.length - 1].name}>: is it cut short?`);
  if (top.children.length !== 1 || top.text.trim() !== '') throw damaged('expected one root');
  return top.children[0];
}

function addText(parent: Element, text: string, at: number): void {
  // Numbers and names have no use for an entity, so they stay as they are.
  if (text.replace(ENTITY, '').includes('&')) {
    throw unsupported(`an entity at character ${at} or later is not one of XML's own five`);
  }
  parent.text += text;
}

/** What is neither a comment nor the declaration, but begins like these, is read by no rule of ours. */
function unread(text: string, at: number): ArtifactError {
  const begin = text.slice(at, at + 9);
  if (/^<(?!!--|\?xml\s)[!?]/.test(begin))
    return unsupported(`${JSON.stringify(begin)} at character ${at} is not read`);
  return damaged(`no element at character ${at}: is it cut short?`);
}
