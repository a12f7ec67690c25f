import { OptionError } from '../../lib/errors.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { type Caller, RIGHTS } from './caller.js';

/** Anybody on this machine, where a server has no keys. */
export const LOCAL_CALLER: Caller = { tenant: 'anonymous', rights: new Set(RIGHTS) };

/** Whether only this machine reaches a host. */
export function isLoopback(host: string): boolean {
  return host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host) || /^(?:[\w-]+\.)*localhost\.?$/i.test(host);
}

/**
 * Refuses a host that others reach, where nothing tells callers apart.
 *
 * @param by what tells them apart, as its option is named
 * @throws OptionError
 */
export function checkHost(host: string, hasAccess: boolean, by = "'access'"): void {
  if (hasAccess || isLoopback(host)) return;
  throw new OptionError(
    'host',
    `'${host}' is reached by other machines: give ${by}, or use 127.0.0.1 and a proxy that checks callers`,
  );
}

/**
 * Refuses what a foreign page in this machine's browser sends to a server without keys: a name of the page's own that
 * leads to this machine (DNS rebinding), or a request that changes something.
 *
 * @param host the header of that name
 * @param origin the header of that name, which browsers send
 * @throws RequestError `denied`
 */
export function refuseForeign(host: string | undefined, origin: string | undefined): void {
  if (host !== undefined && !isLoopback(nameOf(host))) {
    throw new RequestError(
      'denied',
      `this server has no keys, so it answers on this machine's own names alone, and not as '${host}'`,
    );
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new RequestError(
      'denied',
      `this server has no keys, so it answers no page of another origin, and not '${origin}'`,
    );
  }
}

/** A host without its port, nor the brackets of an IPv6 address. */
function nameOf(host: string): string {
  const [, address, name] = /^(?:\[(.*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return address ?? name ?? host;
}
