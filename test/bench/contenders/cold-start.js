import { UnauthorizedException } from '@nestjs/common';
import { bearerToken } from './bearer.js';

/**
 * Who is compared when an application starts. Each imports its package only when it is asked: what the import costs is measured.
 *
 * @typedef {object} Order
 * @property {string} contender
 * @property {string} library - where the files of the tarball are
 * @property {string} issuer
 * @property {string} audience
 * @property {string} jwksUri
 * @property {string} pem
 * @property {string} token
 */

export const STATIC_KEY = 'static key';
export const KEY_SET = 'key set by URL';

/** @type {Readonly<Record<string, (order: Order) => Promise<import('./contender.js').Protection>>>} */
export const COLD_STARTERS = {
  'bare Nest': async () => ({}),
  [`nest-service-auth, ${STATIC_KEY}`]: (order) => ours(order, { publicKey: order.pem }),
  [`nest-service-auth, ${KEY_SET}`]: (order) => ours(order, { jwksConfig: { url: order.jwksUri } }),
  [`jose by hand, ${STATIC_KEY}`]: async ({ issuer, audience, pem }) => {
    const { importSPKI, jwtVerify } = await import('jose');
    const key = await importSPKI(pem, 'RS256');
    return guarding(async (token) => (await jwtVerify(token, key, { issuer, audience, algorithms: ['RS256'] })).payload);
  },
  [`jose by hand, ${KEY_SET}`]: async ({ issuer, audience, jwksUri }) => {
    const { createRemoteJWKSet, jwtVerify } = await import('jose');
    const keys = createRemoteJWKSet(new URL(jwksUri));
    return guarding(async (token) => (await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] })).payload);
  },
  [`fast-jwt by hand, ${STATIC_KEY}`]: async ({ issuer, audience, pem }) => {
    const { createVerifier } = await import('fast-jwt');
    const verify = createVerifier({ key: pem, cache: true, algorithms: ['RS256'], allowedIss: issuer, allowedAud: audience });
    return guarding(verify);
  },
  [`passport-jwt, ${STATIC_KEY}`]: async ({ issuer, audience, pem }) => {
    const { AuthGuard, PassportModule, PassportStrategy } = await import('@nestjs/passport');
    const { ExtractJwt, Strategy } = (await import('passport-jwt')).default;
    class JwtStrategy extends PassportStrategy(Strategy) {
      constructor() {
        const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
        super({ jwtFromRequest, secretOrKey: pem, algorithms: ['RS256'], issuer, audience });
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

/** @param {Order} order @param {object} signatureConfig */
async function ours({ library, issuer, audience }, signatureConfig) {
  const { AuthModule } = await import(library);
  return {
    imports: [
      AuthModule.forRoot({ schemes: { sts: { jwtValidatorConfig: { issuer, audience, signatureConfig } } }, defaultAuth: ['sts'] }),
    ],
  };
}

/** @param {(token: string) => unknown} verify */
function guarding(verify) {
  class Guard {
    /** @param {import('@nestjs/common').ExecutionContext} context */
    async canActivate(context) {
      const request = context.switchToHttp().getRequest();
      const token = bearerToken(request);
      if (!token) throw new UnauthorizedException();
      try {
        request.user = await verify(token);
      } catch {
        throw new UnauthorizedException();
      }
      return true;
    }
  }
  return { providers: [Guard], guard: Guard };
}
