import { Inject, Injectable } from '@nestjs/common';
import { parseConfig } from '../../config/schema.js';
import { AuthConfigurationError } from '../../errors.js';
import { trustedAddresses } from '../../http/trusted-addresses.js';
import { type Authenticator, type AuthStrategy, StrategyHost } from '../strategy.js';
import { type IssuerPin, parseIssuerPin } from './issuer-pin.js';
import { type MutualSslConfig, mutualSslConfig } from './mutual-ssl-config.js';
import { type ForwardedSource, MutualTlsAuthenticator } from './mutual-tls.authenticator.js';

/** Authenticates by the client certificate of the TLS connection: `mutualSslConfig`. @see RFC 8446 §4.4.2, RFC 9440 */
@Injectable()
export class MutualTlsStrategy implements AuthStrategy<MutualSslConfig> {
  readonly configKey = 'mutualSslConfig';

  constructor(@Inject(StrategyHost) private readonly host: StrategyHost) {}

  prepare(config: MutualSslConfig, name: string): Authenticator {
    const { usernameFrom = 'CN', trustedIssuer, forwarded } = parseConfig(mutualSslConfig, config);
    const issuers =
      trustedIssuer === undefined ? undefined : [trustedIssuer].flat().map((issuer, index) => pinOf(issuer, pathOf(trustedIssuer, index)));
    if (forwarded !== undefined && issuers?.some(({ kind }) => kind === 'fingerprint'))
      throw wrong(
        'trustedIssuer',
        'must be an RFC 4514 name where certificates are forwarded: the certificate of the CA does not come with them.',
      );
    return new MutualTlsAuthenticator({ scheme: name, usernameFrom, issuers }, forwarded && this.sourceOf(forwarded));
  }

  private sourceOf({ header, verifyHeader = 'x-ssl-client-verify' }: NonNullable<MutualSslConfig['forwarded']>): ForwardedSource {
    const { trustedProxies } = this.host;
    if (trustedProxies.length === 0)
      throw wrong('forwarded', 'believes a header that any client can send: list your proxies in AuthModule.forRoot({ trustedProxies }).');
    const names = { header: header.toLowerCase(), verifyHeader: verifyHeader.toLowerCase() };
    if (names.header === names.verifyHeader) throw wrong('forwarded.verifyHeader', 'is the header field of the certificate itself.');
    return { ...names, isTrustedProxy: trustedAddresses(trustedProxies, 'forwarded: trustedProxies') };
  }
}

function pathOf(trustedIssuer: string | readonly string[], index: number): string {
  return typeof trustedIssuer === 'string' ? 'trustedIssuer' : `trustedIssuer[${index}]`;
}

function pinOf(issuer: string, path: string): IssuerPin {
  const pin = parseIssuerPin(issuer);
  if (pin !== undefined) return pin;
  throw wrong(
    path,
    `"${issuer}" is neither an RFC 4514 name, as CN=RootCA,O=WSO2,C=LK, nor a SHA-256 fingerprint of 64 hexadecimal digits. A CN alone is written CN=…`,
  );
}

function wrong(path: string, message: string): AuthConfigurationError {
  return new AuthConfigurationError([{ path, message }]);
}
