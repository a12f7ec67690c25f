import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';

/** Whether a name is one of those that are allowed. */
export type Allows = (name: string) => boolean;

/** Any name at all: users have to write it. */
export const ANY = '*';

/** A name or an address, without scheme, port or brackets. */
const NAME = /^(?:[\w-]+(?:\.[\w-]+)*|[\da-f]*:[\da-f:.]+)$/i;

/**
 * The hosts by which a server without keys is called: those of this machine, and more that are listed.
 *
 * @param names without ports; `*` stands for all
 * @returns takes a name without its port
 * @throws OptionError
 */
export function hostRule(names: readonly string[] = []): Allows {
  checkList('allowHosts', names);
  names.forEach((name, i) => {
    if (typeof name === 'string' && (name === ANY || NAME.test(name))) return;
    throw new OptionError(
      `allowHosts[${i}]`,
      `expected a name without scheme and port, such as 'models.example', or '*', got ${show(name)}`,
    );
  });
  if (names.includes(ANY)) return () => true;
  const known = new Set(names.map(plain));
  return (name) => isLoopback(name) || known.has(plain(name));
}

/**
 * The pages that may call a server from their own origin.
 *
 * @param origins such as `https://shop.example`; `*` stands for all
 * @throws OptionError
 */
export function originRule(origins: readonly string[]): Allows {
  checkList('cors', origins);
  origins.forEach((origin, i) => {
    if (typeof origin === 'string' && (origin === ANY || isOrigin(origin))) return;
    throw new OptionError(
      `cors[${i}]`,
      `expected the origin of pages, such as 'https://shop.example' (no path, and the port where it isn't the ` +
        `scheme's own), or '*', got ${show(origin)}`,
    );
  });
  if (origins.includes(ANY)) return () => true;
  const known = new Set(origins);
  return (origin) => known.has(origin);
}

/** @throws OptionError */
function checkList(option: string, list: unknown): void {
  if (!Array.isArray(list)) throw new OptionError(option, `expected an array of texts, got ${show(list)}`);
}

/** As browsers write it: they compare nothing else. */
function isOrigin(text: string): boolean {
  if (/^https?:/i.test(text)) return URL.canParse(text) && new URL(text).origin === text;
  // Of apps and extensions. The origin `null` is that of any page in a sandbox.
  return /^[a-z][a-z\d+.-]*:\/\/[\w.-]+$/.test(text);
}

/** Names are alike in any case, and with a dot at their end. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Whether only this machine reaches a host. */
export function isLoopback(host: string): boolean {
  return host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host) || /^(?:[\w-]+\.)*localhost\.?$/i.test(host);
}
