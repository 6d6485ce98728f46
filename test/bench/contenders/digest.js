import { hash } from 'node:crypto';
import { bearerToken } from './bearer.js';

class DigestGuard {
  /** @param {import('@nestjs/common').ExecutionContext} context */
  canActivate(context) {
    return hash('sha256', bearerToken(context.getArgByIndex(0)) ?? '', 'base64').length > 0;
  }
}

/** What everybody pays who knows a token again and does not keep it. @type {import('./contender.js').Contender} */
export const digestAlone = {
  name: 'SHA-256 of the token, nothing else',
  algorithms: [],
  protect: () => ({ providers: [DigestGuard], guard: DigestGuard }),
};
