import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';

/** As in Nest's own documentation, with the keys that the issuer publishes. @type {import('./contender.js').Contender} */
export const passport = {
  name: '@nestjs/passport + passport-jwt + jwks-rsa',
  algorithms: ['RS256', 'ES256'],
  protect({ alg, issuer, audience, jwksUri }) {
    class JwtStrategy extends PassportStrategy(Strategy) {
      constructor() {
        super({
          jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
          secretOrKeyProvider: passportJwtSecret({ jwksUri, cache: true, rateLimit: true }),
          algorithms: [alg],
          issuer,
          audience,
        });
      }

      /** @param {object} payload */
      validate(payload) {
        return payload;
      }
    }
    const Guard = AuthGuard('jwt');
    return { imports: [PassportModule], providers: [JwtStrategy, Guard], guard: Guard };
  },
};
