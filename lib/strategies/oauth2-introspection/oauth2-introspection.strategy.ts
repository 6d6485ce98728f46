import { Inject, Injectable } from '@nestjs/common';
import { SYSTEM_CLOCK } from '../../clock.js';
import { createOutgoingClient } from '../../outgoing/outgoing-client.js';
import { DpopProofs } from '../binding/dpop/dpop-proofs.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../strategy.js';
import { withAudience } from '../with-audience.js';
import type { OAuth2IntrospectionConfig } from './oauth2-introspection.config.js';
import { prepareIntrospection } from './prepare.js';

/** Asks an authorization server about the bearer token of every request: `oauth2IntrospectionConfig`. @see RFC 7662 */
@Injectable()
export class OAuth2IntrospectionStrategy implements AuthStrategy<OAuth2IntrospectionConfig> {
  readonly configKey = 'oauth2IntrospectionConfig';
  readonly method = 'introspection';

  constructor(
    @Inject(StrategyHost) private readonly host: StrategyHost,
    @Inject(DpopProofs) private readonly proofs?: DpopProofs,
  ) {}

  prepare(config: OAuth2IntrospectionConfig, name: string): Promise<Authenticator> {
    const warn = (message: string) => this.host.warn(message);
    const { outgoing } = this.host;
    const surroundings = { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn, ...(outgoing && { defaults: outgoing }) };
    return prepareIntrospection(withAudience(config, this.host.audiences), name, surroundings, {
      reading: this.host,
      proofs: this.proofs,
      sharedState: this.host.sharedState,
    });
  }
}
