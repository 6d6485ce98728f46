import { UnauthorizedException } from '@nestjs/common';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { bearerToken } from './bearer.js';

/** @type {import('./contender.js').Contender} */
export const joseByHand = {
  name: 'jose by hand',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect({ alg, issuer, audience, jwksUri }) {
    const keys = createRemoteJWKSet(new URL(jwksUri));
    const options = { issuer, audience, algorithms: [alg] };
    class Guard {
      /** @param {import('@nestjs/common').ExecutionContext} context */
      async canActivate(context) {
        const request = context.switchToHttp().getRequest();
        const token = bearerToken(request);
        if (!token) throw new UnauthorizedException();
        try {
          const { payload } = await jwtVerify(token, keys, options);
          request.user = payload;
        } catch {
          throw new UnauthorizedException();
        }
        return true;
      }
    }
    return { providers: [Guard], guard: Guard };
  },
};
