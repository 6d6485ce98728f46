import type { AuthRequest } from '../http/auth-request.js';
import { type CertificateSummary, createPrincipal } from '../principal.js';
import { BearerMechanism } from '../strategies/bearer.js';
import { ABSENT, type Authenticator, type AuthStrategy, accepted, type Mechanism, rejected, type Verdict } from '../strategies/strategy.js';
import { callerOf, type TestCaller } from './as.js';

/**
 * Makes the authenticator that stands in for that of a strategy: it accepts the callers of `as()`, and answers denials as the strategy does.
 *
 * @param real - verifies all other credentials; without it they are rejected.
 */
export function standInFor(strategy: AuthStrategy, name: string, real?: Authenticator): Authenticator {
  const mechanism: Mechanism = real ?? strategy.mechanism ?? new BearerMechanism();
  const method = strategy.method ?? strategy.configKey.replace(/Config$/, '');
  return {
    challenges: mechanism.challenges,
    ...(real?.credentials !== undefined && { credentials: real.credentials }),
    // The metadata of a protected resource name an issuer, and no config is prepared that knows one.
    ...(mechanism.onStepUp !== undefined && { accessTokens: real?.accessTokens ?? { issuers: ['https://issuer.test'] } }),
    ...(mechanism.onRejected !== undefined && { onRejected: (verdict) => mechanism.onRejected?.(verdict) }),
    ...(mechanism.onForbidden !== undefined && { onForbidden: (denial) => mechanism.onForbidden?.(denial) }),
    ...(mechanism.onStepUp !== undefined && { onStepUp: (denial) => mechanism.onStepUp?.(denial) }),
    authenticate: (request, methods) => {
      const caller = callerOf(request);
      if (caller === undefined) return real === undefined ? withoutCaller(request, mechanism) : real.authenticate(request, methods);
      if (caller === 'unknown') return rejected('unknown_test_caller');
      return isFor(caller, name, method) ? accepted(principalOf(caller, name, method)) : ABSENT;
    },
    close: () => real?.close?.(),
  };
}

/** Credentials of the strategy's own kind are no caller of this test: without them nothing could verify them. */
function withoutCaller({ headers: { authorization = '' } }: AuthRequest, { challenges }: Mechanism): Verdict {
  const scheme = authorization.split(' ', 1)[0]?.toLowerCase();
  return challenges.some((challenge) => challenge.scheme.toLowerCase() === scheme) ? rejected('not_a_test_caller') : ABSENT;
}

function isFor(caller: TestCaller, name: string, method: string): boolean {
  if (caller.scheme !== undefined && caller.scheme !== name) return false;
  if (caller.method === undefined || caller.method === method) return true;
  return method === 'mtls' && caller.certificate !== undefined;
}

function principalOf({ certificate, username = 'alice', acr, authTime, ...caller }: TestCaller, scheme: string, method: string) {
  const summary = certificate === true || (certificate === undefined && method === 'mtls') ? certificateOf(username) : certificate;
  const claims = { ...(acr !== undefined && { acr }), ...(authTime !== undefined && { auth_time: authTime }), ...caller.claims };
  return createPrincipal({ ...caller, claims, username, scheme, method, ...(summary !== undefined && { certificate: summary }) });
}

function certificateOf(username: string): CertificateSummary {
  return {
    subject: `CN=${username}`,
    issuer: 'CN=Test CA',
    fingerprint256: Array(32).fill('00').join(':'),
    serialNumber: '01',
    validTo: 4_102_444_800,
  };
}
