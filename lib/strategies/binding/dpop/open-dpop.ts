import { fieldError } from '../../../errors.js';
import { AUTHORIZATION } from '../../../http/authorization.js';
import type { TokenSource } from '../../../http/token-source.js';
import type { Warn } from '../../../operator/notes.js';
import type { Authenticator } from '../../strategy.js';
import { type Confirm, confirmByCertificate } from '../confirmation.js';
import { DpopAuthenticator } from './dpop.authenticator.js';
import type { DpopSettings } from './dpop.schema.js';
import { confirmByProof, DPOP_SCHEME } from './dpop-confirmation.js';
import type { DpopProofs } from './dpop-proofs.js';

/** How a strategy of tokens handles their bindings. */
export interface Bindings {
  /** The authentication schemes beside `Bearer` under which tokens are read, in lower case. */
  readonly moreSchemes: readonly string[];
  /** Checks the binding of a token. */
  readonly confirm: Confirm;
  /** Adds the challenges of the schemes to the strategy's own authenticator. */
  readonly wrap: <A extends Authenticator>(authenticator: A) => A | DpopAuthenticator;
}

const UNKNOWN_URLS =
  'needs the URLs by which clients reach this application: give AuthModule.forRoot({ publicUrl: "https://api.example.com" }) or its resource. With a name from the Host field, another server could replay here what it received.';
const NOT_READ = 'never reads the Authorization field, where a token with a proof must be';

/**
 * Makes what a strategy of tokens needs for its field `dpop`.
 *
 * @throws AuthConfigurationError if proofs could not be checked, or could not come.
 */
export function openDpop(
  { dpop, tokenFrom }: { readonly dpop?: DpopSettings | undefined; readonly tokenFrom: readonly TokenSource[] },
  proofs: DpopProofs | undefined,
  warn: Warn,
): Bindings {
  if (dpop === undefined) return { moreSchemes: [], confirm: confirmByCertificate, wrap: (authenticator) => authenticator };
  if (proofs?.knowUrls !== true) throw fieldError('dpop', UNKNOWN_URLS);
  const readsAuthorization = tokenFrom.some((source) => 'header' in source && source.header.toLowerCase() === AUTHORIZATION);
  if (!readsAuthorization && dpop.mode === 'required')
    throw fieldError('tokenFrom', `${NOT_READ}, and dpop is required: add { header: "authorization" }.`);
  if (!readsAuthorization) warn(`dpop has no effect: tokenFrom ${NOT_READ}. Add { header: "authorization" }.`);
  proofs.prepare(dpop);
  return {
    moreSchemes: readsAuthorization ? [DPOP_SCHEME] : [],
    confirm: confirmByProof(proofs, dpop),
    wrap: (authenticator) => new DpopAuthenticator(authenticator, proofs, dpop),
  };
}
