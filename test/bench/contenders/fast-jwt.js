import { UnauthorizedException } from '@nestjs/common';
import { createVerifier } from 'fast-jwt';
import { bearerToken } from './bearer.js';

/** @type {import('./contender.js').Contender} */
export const fastJwt = {
  name: 'fast-jwt by hand, with its cache',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect({ alg, issuer, audience, pem }) {
    const verify = createVerifier({
      key: pem,
      cache: true,
      algorithms: [/** @type {any} */ (alg)],
      allowedIss: issuer,
      allowedAud: audience,
    });
    class Guard {
      /** @param {import('@nestjs/common').ExecutionContext} context */
      canActivate(context) {
        const request = context.switchToHttp().getRequest();
        const token = bearerToken(request);
        if (!token) throw new UnauthorizedException();
        try {
          request.user = verify(token);
        } catch {
          throw new UnauthorizedException();
        }
        return true;
      }
    }
    return { providers: [Guard], guard: Guard };
  },
};
