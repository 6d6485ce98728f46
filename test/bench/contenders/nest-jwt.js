import { UnauthorizedException } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { bearerToken } from './bearer.js';

/** The guard of Nest's own documentation. @type {import('./contender.js').Contender} */
export const nestJwt = {
  name: '@nestjs/jwt',
  algorithms: ['RS256', 'ES256'],
  protect({ alg, issuer, audience, pem }) {
    class Guard {
      /** @param {JwtService} jwt */
      constructor(jwt) {
        this.jwt = jwt;
      }

      /** @param {import('@nestjs/common').ExecutionContext} context */
      async canActivate(context) {
        const request = context.switchToHttp().getRequest();
        const token = bearerToken(request);
        if (!token) throw new UnauthorizedException();
        try {
          request.user = await this.jwt.verifyAsync(token);
        } catch {
          throw new UnauthorizedException();
        }
        return true;
      }
    }
    const verifyOptions = { algorithms: [alg], issuer, audience };
    return {
      imports: [JwtModule.register({ publicKey: pem, verifyOptions })],
      providers: [{ provide: Guard, useFactory: (/** @type {JwtService} */ jwt) => new Guard(jwt), inject: [JwtService] }],
      guard: Guard,
    };
  },
};
