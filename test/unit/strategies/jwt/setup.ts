import type { Authenticator, AuthRequest, Verdict } from 'nest-service-auth';
import { StrategyHost } from 'nest-service-auth';
import { JwtStrategy } from '../../../../lib/strategies/jwt/jwt.strategy.js';
import type { JwtValidatorConfig } from '../../../../lib/strategies/jwt/jwt-validator.config.js';
import { bearer } from '../../../support/tokens.js';

/** The application as a strategy sees it; it keeps the lines for the operator. */
export class TestHost extends StrategyHost {
  readonly trustedProxies: readonly string[] = [];
  readonly lines: string[] = [];

  warn(message: string): void {
    this.lines.push(message);
  }
}

/** Prepares a config as the module does. JavaScript users may give anything. Issuer and audience are not checked unless the config says so. */
export async function prepare(config: JwtValidatorConfig | object, host = new TestHost()): Promise<Authenticator> {
  const isObject = typeof config === 'object' && config !== null && !Array.isArray(config);
  return prepareAsItIs(isObject ? { issuer: null, audience: null, ...config } : config, host);
}

/** Prepares a config to which nothing is added. */
export async function prepareAsItIs(config: JwtValidatorConfig | object, host = new TestHost()): Promise<Authenticator> {
  return new JwtStrategy(host).prepare(config as JwtValidatorConfig, 'sts');
}

/** What an authenticator says of a token: `accepted`, or the reason why not. */
export async function outcomeOf(authenticator: Authenticator, request: AuthRequest | string): Promise<string> {
  const verdict = await authenticator.authenticate(typeof request === 'string' ? bearer(request) : request);
  return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
}

/** The principal of a token that must be good. */
export function principalOf(verdict: Verdict) {
  if (verdict.outcome !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(verdict)}`);
  return verdict.principal;
}
