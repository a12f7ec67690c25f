/** Where a request goes: its path with its query, and the host that it names. */
export interface RequestTarget {
  readonly path: string;
  /** Takes the place of the header `Host`; undefined: the request names none beside it. */
  readonly host: string | undefined;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;

/**
 * The target of a request: a path, or, as proxies are sent it, a whole URL (`GET http://host/v2 HTTP/1.1`).
 *
 * @see RFC 9112, "HTTP/1.1", 3.2.2: absolute-form
 */
export function targetOf(url: string): RequestTarget {
  if (url.startsWith('/')) return { path: url, host: undefined };
  const [, host, path] = ABSOLUTE.exec(url) ?? [];
  if (host === undefined) return { path: url, host: undefined };
  return { path: path.startsWith('/') ? path : `/${path}`, host };
}
