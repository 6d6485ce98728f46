import { Inject, Injectable } from '@nestjs/common';
import { parseConfig } from '../../config/schema.js';
import { AuthConfigurationError } from '../../errors.js';
import { aboutScheme } from '../../operator/notes.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../strategy.js';
import { contradictions, doubts } from './check-settings.js';
import { findCallerOf, takesUris } from './find-caller.js';
import { forwardedSource } from './forwarded-source.js';
import type { MutualSslConfig } from './mutual-ssl.config.js';
import { mutualSslSchema } from './mutual-ssl.schema.js';
import { CERTIFICATE_MECHANISM, MutualTlsAuthenticator } from './mutual-tls.authenticator.js';

/** Authenticates by the client certificate of the TLS connection: `mutualSslConfig`. @see RFC 8446 §4.4.2, RFC 9440 */
@Injectable()
export class MutualTlsStrategy implements AuthStrategy<MutualSslConfig> {
  readonly configKey = 'mutualSslConfig';
  readonly method = 'mtls';
  readonly mechanism = CERTIFICATE_MECHANISM;

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  prepare(config: MutualSslConfig, name: string): Authenticator {
    const settings = parseConfig(mutualSslSchema, config);
    const problems = contradictions(settings);
    if (problems.length > 0) throw new AuthConfigurationError(problems);
    doubts(settings).forEach(aboutScheme(name, this.configKey, (message) => this.host.warn(message)));
    const rules = {
      issuers: settings.trustedIssuer,
      findCaller: findCallerOf(settings, name),
      ...(takesUris(settings) && { uriScheme: name }),
    };
    const { forwarded } = settings;
    return new MutualTlsAuthenticator(rules, forwarded && forwardedSource(forwarded, this.host.trustedProxies));
  }
}
