import { createPublicKey } from 'node:crypto';
import { OptionError } from '../../lib/errors.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { type Load, optionalPackage } from '../../lib/util/packages.js';
import { type Caller, RIGHTS, type Right } from './caller.js';
import { checkMembers, misfit, rightsOf } from './members.js';

/** JSON Web Tokens that are accepted (RFC 7519), all of one issuer and for this audience. */
export interface JwtOptions {
  /** The claim `iss` that tokens must have. */
  readonly issuer: string;
  /** The claim `aud` that tokens must have, or hold. */
  readonly audience: string;
  /** Where the issuer's public keys are, as a JSON Web Key Set (RFC 7517). */
  readonly jwks?: string | URL;
  /** In place of `jwks`: the issuer's public key as PEM, or a secret of 32 octets or more for HS256. */
  readonly key?: string | Uint8Array;
  /** Signatures that are accepted. @defaultValue HS256 with a secret, else RS256, PS256, ES256 and EdDSA */
  readonly algorithms?: readonly string[];
  /** The claim that names the tenant. @defaultValue 'sub' */
  readonly tenantClaim?: string;
  /** What every token allows. @defaultValue ['infer'] */
  readonly rights?: readonly Right[];
  /** A claim with rights beside them: an array, or a text with blanks between. Words that are no rights are ignored. */
  readonly rightsClaim?: string;
}

const KNOWN = [
  'issuer',
  'audience',
  'jwks',
  'key',
  'algorithms',
  'tenantClaim',
  'rights',
  'rightsClaim',
] as const;

const ASYMMETRIC = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** The part of `jose` that is used. */
interface Jose {
  jwtVerify(
    token: string,
    key: unknown,
    options: {
      /** The claim `iss` that tokens must have. */
      readonly issuer: string;
      readonly audience: string;
      readonly algorithms: string[];
      readonly requiredClaims: string[];
    },
  ): Promise<{ readonly payload: Readonly<Record<string, unknown>> }>;
  createRemoteJWKSet(url: URL): unknown;
}

/** The caller who has a token. Rejects with RequestError. */
export type VerifyToken = (token: string) => Promise<Caller>;

/** @throws OptionError; MissingPackage without `jose` */
export async function jwtOf(options: JwtOptions, load?: Load): Promise<VerifyToken> {
  checkMembers(options, KNOWN, 'jwt');
  const { issuer, audience, tenantClaim = 'sub', rightsClaim } = options;
  const texts = { issuer, audience, tenantClaim, ...(rightsClaim === undefined ? {} : { rightsClaim }) };
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value === 'string' && value !== '') continue;
    throw misfit(`jwt.${name}`, 'a text', value);
  }
  const granted = rightsOf(options.rights ?? ['infer'], 'jwt.rights');
  const jose = await optionalPackage('jose', "option 'jwt'", load);
  if (!isJose(jose)) throw new OptionError('jwt', 'the package jose is too old: expected version 6');
  const key = keyOf(options, jose);
  const algorithms = algorithmsOf(options);

  return async (token) => {
    let payload: Readonly<Record<string, unknown>>;
    try {
      const requiredClaims = ['exp', tenantClaim];
      ({ payload } = await jose.jwtVerify(token, key, { issuer, audience, algorithms, requiredClaims }));
    } catch (error) {
      throw refusal(error);
    }
    const tenant = payload[tenantClaim];
    if (typeof tenant !== 'string' || tenant === '') {
      throw new RequestError('unauthenticated', `the token's claim '${tenantClaim}' names no tenant`);
    }
    if (rightsClaim === undefined) return { tenant, rights: granted };
    const more = wordsOf(payload[rightsClaim]);
    return { tenant, rights: new Set(RIGHTS.filter((right) => granted.has(right) || more.includes(right))) };
  };
}

function keyOf({ jwks, key }: JwtOptions, jose: Jose): unknown {
  if ((jwks === undefined) === (key === undefined)) {
    throw new OptionError('jwt', "expected 'jwks' or 'key', and not both");
  }
  if (jwks !== undefined) {
    const url = URL.canParse(String(jwks)) ? new URL(jwks) : undefined;
    if (url?.protocol === 'https:' || url?.protocol === 'http:') return jose.createRemoteJWKSet(url);
    throw misfit('jwt.jwks', 'a URL', jwks);
  }
  if (key instanceof Uint8Array) {
    if (key.length >= 32) return key;
    throw new OptionError('jwt.key', `expected 32 octets or more, got ${key.length}`);
  }
  try {
    return createPublicKey(String(key));
  } catch {
    throw new OptionError('jwt.key', 'expected a public key as PEM (SPKI), or the octets of a secret');
  }
}

function algorithmsOf({ key, algorithms }: JwtOptions): string[] {
  if (algorithms === undefined) return key instanceof Uint8Array ? ['HS256'] : ASYMMETRIC;
  if (
    !Array.isArray(algorithms) ||
    algorithms.length === 0 ||
    algorithms.some((one) => typeof one !== 'string')
  ) {
    throw misfit('jwt.algorithms', "names such as 'RS256'", algorithms);
  }
  return [...algorithms];
}

/** Faults of the token are the caller's; keys that can't be fetched aren't. */
function refusal(error: unknown): RequestError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isTokens =
    /^ERR_(?:JWT|JWS|JOSE_ALG|JOSE_NOT)/.test(code) ||
    code === 'ERR_JWKS_NO_MATCHING_KEY' ||
    code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS';
  if (isTokens) {
    const why = error instanceof Error ? error.message : '';
    return new RequestError('unauthenticated', `the token is refused: ${why}`, undefined, { cause: error });
  }
  return new RequestError('unavailable', "the keys of the tokens' issuer can't be fetched", undefined, {
    cause: error,
  });
}

function wordsOf(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim : [];
}

function isJose(value: unknown): value is Jose {
  return (
    typeof value === 'object' &&
    value !== null &&
    'jwtVerify' in value &&
    typeof value.jwtVerify === 'function' &&
    'createRemoteJWKSet' in value &&
    typeof value.createRemoteJWKSet === 'function'
  );
}
