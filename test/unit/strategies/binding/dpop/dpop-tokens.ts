import type { Authenticator, StrategyHost } from 'nest-service-auth';
import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { JwtStrategy } from '../../../../../lib/strategies/jwt/jwt.strategy.js';
import { createSecret } from '../../../../support/tokens.js';
import { TestHost } from '../../jwt/setup.js';

/** The secret of the tokens. */
export const secret = createSecret('HS256');
/** Where the application is reached. */
export const places = { publicUrl: ['https://api.test'], trustedProxies: [] };

/** An authenticator of tokens of the secret, with a field `dpop`. */
export async function prepare(dpop: unknown, proofs = new DpopProofs(places), more = {}): Promise<Authenticator> {
  const config = { issuer: null, audience: null, signatureConfig: { secret: secret.secret }, dpop, ...more };
  return new JwtStrategy(new TestHost() as StrategyHost, proofs).prepare(config as never, 'sts');
}
