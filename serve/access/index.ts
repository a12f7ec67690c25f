/** Who may call a server: API keys, JSON Web Tokens, and anybody on this machine. */

export { type AccessOptions, accessOf } from './access.js';
export { type Access, type Caller, type Right, requireRight } from './caller.js';
export { type Allows, ANY, hostRule, isLoopback, originRule } from './hosts.js';
export type { JwtOptions } from './jwt.js';
export type { KeyOptions } from './keys.js';
export { checkHost, LOCAL_CALLER, refuseForeignHost, refuseForeignPage } from './loopback.js';
export { ReplaceableAccess } from './replaceable.js';
