import type { INestApplicationContext } from '@nestjs/common';
import { AuthService } from '../auth.service.js';
import type { PolicyEntry } from '../plan/policy.js';

export { as, type TestCaller, type TestHeaders } from './as.js';
export { type OverrideAuthOptions, overrideAuth } from './override-auth.js';
export { type TestContextInit, testContext, testPrincipal } from './test-context.js';
export type { TestDpopClient, TestDpopHeaders, TestProofRequest } from './test-dpop-client.js';
export { startTestIssuer, type TestIssuer, type TestIssuerOptions } from './test-issuer.js';
export type { TestClaims, TestTokens } from './test-tokens.js';

/** What every route of an application demands, to keep beside the code as a snapshot. The application must be initialized. */
export function policyOf(app: INestApplicationContext): PolicyEntry[] {
  return app.get(AuthService, { strict: false }).policy();
}
