import { Inject, Injectable } from '@nestjs/common';
import { parseConfig } from '../../config/schema.js';
import { AuthConfigurationError, fieldError } from '../../errors.js';
import type { ForwardedHeaders } from '../../http/forwarded-certificate.js';
import { trustedAddresses } from '../../http/trusted-addresses.js';
import { aboutScheme } from '../../operator/notes.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../strategy.js';
import { contradictions, doubts } from './check-settings.js';
import { findCallerOf } from './find-caller.js';
import type { MutualSslConfig } from './mutual-ssl.config.js';
import { mutualSslSchema } from './mutual-ssl.schema.js';
import { CERTIFICATE_MECHANISM, type ForwardedSource, MutualTlsAuthenticator } from './mutual-tls.authenticator.js';

/** Authenticates by the client certificate of the TLS connection: `mutualSslConfig`. @see RFC 8446 §4.4.2, RFC 9440 */
@Injectable()
export class MutualTlsStrategy implements AuthStrategy<MutualSslConfig> {
  readonly configKey = 'mutualSslConfig';
  readonly mechanism = CERTIFICATE_MECHANISM;

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  prepare(config: MutualSslConfig, name: string): Authenticator {
    const settings = parseConfig(mutualSslSchema, config);
    const problems = contradictions(settings);
    if (problems.length > 0) throw new AuthConfigurationError(problems);
    doubts(settings).forEach(aboutScheme(name, this.configKey, (message) => this.host.warn(message)));
    const rules = { issuers: settings.trustedIssuer, findCaller: findCallerOf(settings, name) };
    return new MutualTlsAuthenticator(rules, settings.forwarded && this.sourceOf(settings.forwarded));
  }

  private sourceOf(forwarded: ForwardedHeaders): ForwardedSource {
    const { trustedProxies } = this.host;
    const message = 'believes a header that any client can send: list your proxies in AuthModule.forRoot({ trustedProxies }).';
    if (trustedProxies.length === 0) throw fieldError('forwarded', message);
    return { ...forwarded, isTrustedProxy: trustedAddresses(trustedProxies, 'forwarded: trustedProxies') };
  }
}
