import { AuthConfigurationError, type MutualSslConfig } from 'nest-service-auth';
import { MutualTlsStrategy } from '../../../../lib/strategies/mutual-tls/mutual-tls.strategy.js';

const PROXY = '10.0.0.7';
const ISSUER = 'CN=RootCA,O=WSO2,C=LK';
const FORWARDED = { header: 'client-cert' } as const;
const THUMBPRINT = 'AB'.repeat(32);

const prepare = (config: unknown, warnings: string[] = [], name = 'certs') =>
  new MutualTlsStrategy({ trustedProxies: [PROXY], warn: (message) => warnings.push(message) }).prepare(config as MutualSslConfig, name);

describe('a mistake in mappings', () => {
  const user = { trustedIssuer: ISSUER, certThumbprint: '*', allowedUsernames: ['*'] };
  const system = { trustedIssuer: ISSUER, certThumbprint: '*', allowedSystemUser: 'batch' };
  const intermediateCertValidation = { certCNs: ['RootCA'] };
  const without = (mapping: object, field: string) => ({ ...mapping, [field]: undefined });

  it.each<[unknown, RegExp]>([
    [
      { usernameFrom: 'CN', forwarded: { ...FORWARDED, format: 'pem' }, intermediateCertValidation, userMappings: [] },
      /^userMappings: must not be an empty list/,
    ],
    [{ userMappings: user }, /^userMappings: must be /],
    [{ userMappings: [without(user, 'trustedIssuer')] }, /^userMappings\[0\].trustedIssuer: has no value/],
    [{ userMappings: [{ ...user, trustedIssuer: '*' }] }, /^userMappings\[0\].trustedIssuer: must name an issuer/],
    [{ userMappings: [{ ...user, trustedIssuer: 'RootCA' }] }, /^userMappings\[0\].trustedIssuer: "RootCA" is neither/],
    [{ userMappings: [without(user, 'certThumbprint')] }, /^userMappings\[0\].certThumbprint: has no value/],
    [{ userMappings: [{ ...user, certThumbprint: 'AB:CD' }] }, /^userMappings\[0\].certThumbprint: must be a SHA-256 thumbprint/],
    [{ userMappings: [without(user, 'allowedUsernames')] }, /^userMappings\[0\].allowedUsernames: has no value/],
    [{ userMappings: [{ ...user, allowedUsernames: [] }] }, /^userMappings\[0\].allowedUsernames: must not be an empty list/],
    [
      { userMappings: [{ ...user, allowedUsernames: ['A/*'] }] },
      /^userMappings\[0\].allowedUsernames\[0\]: contains "\*", which means every user/,
    ],
    [{ userMappings: [{ ...user, allowedUsernames: ['a,b'] }] }, /^userMappings\[0\].allowedUsernames\[0\]: contains a comma/],
    [
      { userMappings: [{ ...user, allowedUsers: [] }] },
      /^userMappings\[0\].allowedUsers: is not a known field. Did you mean "allowedUsernames"/,
    ],
    [{ systemMappings: [without(system, 'allowedSystemUser')] }, /^systemMappings\[0\].allowedSystemUser: has no value/],
    [{ systemMappings: [system, { ...system, allowedSystemUser: '' }] }, /^systemMappings\[1\].allowedSystemUser: must not be empty/],
    [{ userHeader: 'X-User' }, /^userHeader: has no effect without mappings/],
    [{ userMappings: [user], userHeader: 'a b' }, /^userHeader: is not the name of a header field/],
    [
      { userMappings: [user], userHeader: 'Client-Cert', forwarded: FORWARDED },
      /^userHeader: is the name of a header field that the proxy/,
    ],
    [
      { userMappings: [user], userHeader: 'X-SSL-Client-Verify', forwarded: FORWARDED },
      /^userHeader: is the name of a header field that the proxy/,
    ],
    [{ systemMappings: [system], usernameFrom: 'CN' }, /^usernameFrom: has no effect with mappings/],
    [{ userMappings: [user], usernameFrom: 'CN' }, /^usernameFrom: has no effect with mappings/],
    [{ intermediateCertValidation, usernameFrom: 'CN' }, /^usernameFrom: has no effect with intermediateCertValidation/],
    [{ intermediateCertValidation: {} }, /^intermediateCertValidation.certCNs: has no value/],
    [{ intermediateCertValidation: { certCNs: [] } }, /^intermediateCertValidation.certCNs: must not be an empty list/],
    [{ intermediateCertValidation: { certCNs: ['*'] } }, /^intermediateCertValidation.certCNs\[0\]: must be a common name/],
    [{ intermediateCertValidation, userMappings: [user] }, /^userMappings: has no effect with intermediateCertValidation/],
    [
      { intermediateCertValidation: { ...intermediateCertValidation, exemptContexts: ['scim2'] } },
      /^intermediateCertValidation.exemptContexts: need mappings/,
    ],
    ...['', '/', 'scim2/*', '/a/../b', '//scim2'].map((context): [unknown, RegExp] => [
      { intermediateCertValidation: { ...intermediateCertValidation, exemptContexts: [context] }, userMappings: [user] },
      /^intermediateCertValidation.exemptContexts\[0\]: /,
    ]),
    [
      { systemMappings: [{ ...system, trustedIssuer: THUMBPRINT }], forwarded: FORWARDED },
      /^systemMappings\[0\].trustedIssuer: must be an RFC 4514 name where certificates are forwarded/,
    ],
  ])('%j is named', (config, message) => {
    expect(() => prepare(config)).toThrow(AuthConfigurationError);
    expect(() => prepare(config)).toThrow(message);
  });

  it('that hides a mapping is reported', () => {
    const warnings: string[] = [];
    prepare({ userMappings: [user, { ...user, trustedIssuer: 'cn=RootCA, o=WSO2, c=LK' }], systemMappings: [system] }, warnings);
    expect(warnings).toEqual([expect.stringMatching(/^certs \(mutualSslConfig\): userMappings\[1\] has no effect: userMappings\[0\]/)]);
  });

  it('that hides a mapping by a fingerprint is reported', () => {
    const warnings: string[] = [];
    prepare(
      { userMappings: [user, THUMBPRINT, ISSUER, THUMBPRINT].map((pin) => (pin === user ? user : { ...user, trustedIssuer: pin })) },
      warnings,
    );
    expect(warnings).toEqual([
      expect.stringMatching(/userMappings\[2\] has no effect: userMappings\[0\]/),
      expect.stringMatching(/userMappings\[3\] has no effect: userMappings\[1\]/),
    ]);
  });

  it('is not seen in mappings for other issuers, or for other certificates', () => {
    const warnings: string[] = [];
    const issuers = [ISSUER, 'CN=Other', THUMBPRINT, 'CD'.repeat(32)];
    const userMappings = issuers.flatMap((trustedIssuer) =>
      ['*', THUMBPRINT].map((certThumbprint) => ({ ...user, trustedIssuer, certThumbprint })),
    );
    prepare({ userMappings }, warnings);
    expect(warnings).toEqual([]);
  });

  it('that looks like a name in the wrong order is reported', () => {
    const warnings: string[] = [];
    const issuers = ['C=LK,O=WSO2,CN=RootCA', ISSUER, 'DC=a,DC=b', THUMBPRINT, 'C=LK', 'DC=com,DC=example,CN=RootCA'];
    prepare({ trustedIssuer: issuers }, warnings, 'mutualSslConfig');
    expect(warnings).toEqual(
      [0, 5].map((index) => expect.stringMatching(`^mutualSslConfig: trustedIssuer\\[${index}\\] begins with its most general part`)),
    );
  });
});
