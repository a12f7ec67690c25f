import { OptionError } from '../../lib/errors.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { type Caller, RIGHTS } from './caller.js';
import { type Allows, isLoopback } from './hosts.js';

/** Anybody on this machine, where a server has no keys. */
export const LOCAL_CALLER: Caller = { tenant: 'anonymous', rights: new Set(RIGHTS) };

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
 * Refuses a request to a server without keys that names a foreign host: a page's own name that leads to this machine
 * (DNS rebinding).
 *
 * @param host the header `Host`, or over gRPC `:authority`
 * @throws RequestError `denied`
 */
export function refuseForeignHost(host: string | undefined, allows: Allows): void {
  if (host === undefined || allows(nameOf(host))) return;
  throw new RequestError(
    'denied',
    `this server has no keys, so it answers on this machine's own names and those of --allow-host (allowHosts) ` +
      `alone, and not as '${host}'`,
  );
}

/**
 * Refuses what a page of another origin in this machine's browser sends to a server without keys. A page that a proxy
 * serves over TLS under the same name isn't another.
 *
 * @param host the header of that name
 * @param origin the header of that name, which browsers send
 * @throws RequestError `denied`
 */
export function refuseForeignPage(
  host: string | undefined,
  origin: string | undefined,
  allows: Allows,
): void {
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return;
  if (allows(origin)) return;
  throw new RequestError(
    'denied',
    `this server has no keys, so it answers no page of another origin than those of --cors (cors), and not '${origin}'`,
  );
}

/** A host without its port, nor the brackets of an IPv6 address. */
function nameOf(host: string): string {
  const [, address, name] = /^(?:\[(.*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return address ?? name ?? host;
}
