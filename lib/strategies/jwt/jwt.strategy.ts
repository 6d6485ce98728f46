import { Inject, Injectable } from '@nestjs/common';
import { SYSTEM_CLOCK } from '../../clock.js';
import { ignoredCacheFields } from '../../memory/cache-config.js';
import { aboutScheme, noteIgnored, noteUnverified, type Warn } from '../../operator/notes.js';
import { type ClientConfig, ignoredClientFields } from '../../outgoing/client-config.js';
import { withClientDefaults } from '../../outgoing/client-defaults.js';
import { DpopProofs } from '../binding/dpop/dpop-proofs.js';
import { openDpop } from '../binding/dpop/open-dpop.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../strategy.js';
import { withAudience } from '../with-audience.js';
import { JwtAuthenticator } from './jwt.authenticator.js';
import type { JwtValidatorConfig } from './jwt-validator.config.js';
import { type JwtSettings, readSettings } from './jwt-validator.schema.js';
import { openKeySource } from './key-source.js';

/** Verifies JSON Web Tokens: the strategy behind `jwtValidatorConfig`. */
@Injectable()
export class JwtStrategy implements AuthStrategy<JwtValidatorConfig> {
  readonly configKey = 'jwtValidatorConfig';
  readonly method = 'jwt';

  constructor(
    @Inject(StrategyHost) private readonly host: StrategyHost,
    @Inject(DpopProofs) private readonly proofs?: DpopProofs,
  ) {}

  async prepare(given: JwtValidatorConfig, name: string): Promise<Authenticator> {
    const config = withAudience(given, this.host.audiences);
    const settings = readSettings(withOutgoing(config, this.host.outgoing));
    const warn = aboutScheme(name, this.configKey, (message) => this.host.warn(message));
    noteSettings(settings, warn);
    noteLeftOut(config, warn);
    const { wrap, confirm, moreSchemes } = openDpop(settings, this.proofs, warn);
    const keys = await openKeySource(settings, warn, SYSTEM_CLOCK);
    const reading = { ...this.host, moreSchemes };
    return wrap(new JwtAuthenticator(name, settings, keys, { clock: SYSTEM_CLOCK, warn, reading, confirm }));
  }
}

function noteSettings({ cacheConfig, signatureConfig: { jwksConfig }, discoveryConfig }: JwtSettings, warn: Warn): void {
  const path = jwksConfig === undefined ? 'discoveryConfig' : 'signatureConfig.jwksConfig';
  const published = jwksConfig ?? discoveryConfig;
  const ignored = [
    ...ignoredCacheFields(cacheConfig || undefined),
    ...ignoredCacheFields(published?.cacheConfig, `${path}.cacheConfig`),
    ...ignoredClientFields(published?.clientConfig, `${path}.clientConfig`),
  ];
  noteIgnored(ignored, warn);
  noteUnverified('the key set’s server', published?.clientConfig?.secureSocket, warn, 'forge tokens');
}

/** Reports that tokens of other issuers, or for other APIs, are accepted. `null` in the config means that this is intended. */
function noteLeftOut({ issuer, audience }: JwtValidatorConfig, warn: Warn): void {
  if (issuer === undefined)
    warn('issuer is not configured: tokens of every issuer that signs with these keys are accepted. Configure it, or write issuer: null.');
  if (audience === undefined)
    warn('audience is not configured: tokens for other APIs are accepted. Configure it, or write audience: null.');
}

/** The application's defaults for calls, where the config makes any: for its key set, or for discovery, which needs no field of its own. */
function withOutgoing(config: JwtValidatorConfig, outgoing: ClientConfig | undefined): JwtValidatorConfig {
  const isDiscovered = config?.issuer && config.signatureConfig === undefined && !Object.hasOwn(config, 'discoveryConfig');
  const given = isDiscovered ? { ...config, discoveryConfig: {} } : config;
  const withKeySet = withClientDefaults(given, ['signatureConfig', 'jwksConfig', 'clientConfig'], outgoing);
  return withClientDefaults(withKeySet, ['discoveryConfig', 'clientConfig'], outgoing);
}
