import { OptionError } from '../../lib/errors.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import type { Load } from '../../lib/util/packages.js';
import type { Access } from './caller.js';
import { type JwtOptions, jwtOf } from './jwt.js';
import { type KeyOptions, keyFinder } from './keys.js';
import { checkMembers } from './members.js';

/** Who may call. */
export interface AccessOptions {
  /** API keys, sent as `authorization: Bearer KEY` or `x-api-key: KEY`. */
  readonly keys?: readonly KeyOptions[];
  /** JSON Web Tokens, sent as `authorization: Bearer TOKEN`. Needs `jose`. */
  readonly jwt?: JwtOptions;
}

/** Three parts with dots between: a token, and no key. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Access by API keys, JSON Web Tokens, or both.
 *
 * @param load how packages are imported; only tests have a reason to give it
 * @throws OptionError; MissingPackage without `jose`
 * @example
 * const access = await accessOf({ keys: [{ key: process.env.SPILLWAY_KEY, tenant: 'shop' }] });
 */
export async function accessOf(options: AccessOptions, load?: Load): Promise<Access> {
  checkMembers(options, ['keys', 'jwt'], 'options');
  const { keys = [], jwt } = options;
  const findKey = keyFinder(keys);
  if (keys.length === 0 && jwt === undefined) {
    throw new OptionError('keys', "expected at least one key, or 'jwt': nobody could call");
  }
  const verify = jwt === undefined ? undefined : await jwtOf(jwt, load);
  return {
    identify(authorization, apiKey) {
      const bearer = bearerOf(authorization);
      const key = bearer ?? apiKey;
      if (key === undefined || key === '') {
        throw new RequestError(
          'unauthenticated',
          'this server needs a key: send it as authorization: Bearer KEY, or as x-api-key',
        );
      }
      const caller = findKey(key);
      if (caller !== undefined) return caller;
      if (verify !== undefined && bearer !== undefined && TOKEN.test(bearer)) return verify(bearer);
      throw new RequestError('unauthenticated', 'the key is unknown');
    },
  };
}

function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [, bearer] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (bearer === undefined) {
    throw new RequestError('unauthenticated', 'authorization: expected Bearer and a key');
  }
  return bearer;
}
