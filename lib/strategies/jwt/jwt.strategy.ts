import { Inject, Injectable } from '@nestjs/common';
import { SYSTEM_CLOCK } from '../../clock.js';
import { ignoredCacheFields } from '../../memory/cache-config.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../strategy.js';
import { JwtAuthenticator } from './jwt.authenticator.js';
import type { JwtValidatorConfig } from './jwt-validator-config.js';
import { openKeySource } from './key-source.js';
import { type JwtSettings, readSettings } from './settings.js';

/** Verifies JSON Web Tokens: the strategy behind `jwtValidatorConfig`. */
@Injectable()
export class JwtStrategy implements AuthStrategy<JwtValidatorConfig> {
  readonly configKey = 'jwtValidatorConfig';

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  async prepare(config: JwtValidatorConfig, name: string): Promise<Authenticator> {
    const settings = readSettings(config);
    const warn = (message: string) =>
      this.host.warn(name === this.configKey ? `${name}: ${message}` : `${name} (${this.configKey}): ${message}`);
    warnOf(settings, warn);
    const keys = await openKeySource(settings, warn, SYSTEM_CLOCK);
    return new JwtAuthenticator(name, settings, keys, { clock: SYSTEM_CLOCK, warn });
  }
}

function warnOf(settings: JwtSettings, warn: (message: string) => void): void {
  const ignored = ignoredFields(settings);
  if (ignored.length > 0) warn(`Accepted and ignored: ${ignored.join(', ')}.`);
  if (settings.signatureConfig.jwksConfig?.clientConfig?.secureSocket?.disable === true)
    warn('The certificate of the key set’s server is not verified (secureSocket.disable): whoever is on the way can forge tokens.');
}

function ignoredFields({ cacheConfig, signatureConfig: { jwksConfig } }: JwtSettings): string[] {
  const ofTokens = cacheConfig === false ? [] : ignoredCacheFields(cacheConfig).map((name) => `cacheConfig.${name}`);
  const ofKeys = ignoredCacheFields(jwksConfig?.cacheConfig).map((name) => `signatureConfig.jwksConfig.cacheConfig.${name}`);
  const ofClient = jwksConfig?.clientConfig?.httpVersion === undefined ? [] : ['signatureConfig.jwksConfig.clientConfig.httpVersion'];
  return [...ofTokens, ...ofKeys, ...ofClient];
}
