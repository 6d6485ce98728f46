/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'strategies/jwt/claims.ts',
    code: 'customClaims.length > 0',
    why: 'A rule for no claims refuses nothing: it is slower.',
  },
  {
    file: 'strategies/jwt/discovered-keys.ts',
    code: 'issuers.names ?? []',
    change: '"Stryker was here"',
    why: 'Issuers without an end are discovered by a URL only, so that the list is never used.',
  },
  {
    file: 'strategies/jwt/discovered-keys.ts',
    code: 'issuers.isOne && only !== undefined',
    change: 'false',
    why: 'The keys of one issuer are found by its name, too, and its name is checked after the signature: it is slower.',
  },
  {
    file: 'strategies/jwt/discovered-keys.ts',
    code: 'only !== undefined',
    why: 'One issuer has one source. Without it, the keys are found by the name of the issuer: it is slower.',
  },
  {
    file: 'strategies/jwt/discovery.schema.ts',
    code: 'issuers?.isOne',
    change: 'issuers.isOne',
    why: 'A config with neither an issuer nor a signatureConfig was refused before.',
  },
  {
    file: 'strategies/jwt/discovery.schema.ts',
    code: 'issuers?.names',
    change: 'issuers.names',
    why: 'A config with neither an issuer nor a signatureConfig was refused before.',
  },
  {
    file: 'strategies/jwt/discovery.schema.ts',
    code: '!(error instanceof AuthConfigurationError)',
    change: 'false',
    why: 'The check of a URL throws no other error.',
  },
  {
    file: 'strategies/jwt/issuer.ts',
    code: "typeof parsed === 'string'",
    change: 'false',
    why: 'The schema refuses a template that cannot be taken apart, before it is compiled.',
  },
  {
    file: 'strategies/jwt/jose-header.ts',
    code: '!begins(token, this.last.segment)',
    change: 'true',
    why: 'The header is cut out and looked up among the known ones, with the same result: it is slower.',
  },
  {
    file: 'strategies/jwt/jose-header.ts',
    code: 'token.charCodeAt(segment.length) === DOT && token.slice(0, segment.length) === segment',
    change: 'false',
    why: 'The header is cut out and looked up among the known ones, with the same result: it is slower.',
  },
  {
    file: 'strategies/jwt/jose-header.ts',
    code: '{ return token.charCodeAt(segment.length) === DOT && token.slice(0, segment.length) === segment; }',
    change: '{}',
    why: 'The header is cut out and looked up among the known ones, with the same result: it is slower.',
  },
  {
    file: 'strategies/jwt/jose-header.ts',
    code: 'token.slice(0, segment.length)',
    change: 'token',
    why: 'A whole token is no segment: the header is cut out and looked up among the known ones, with the same result: it is slower.',
  },
  {
    file: 'strategies/jwt/jwt.authenticator.ts',
    code: 'key.verifiers.get(header.alg)?.(parts.signingInput, parts.signature)',
    change: 'key.verifiers.get(header.alg)(parts.signingInput, parts.signature)',
    why: 'Only a key that has the algorithm is chosen for a token.',
  },
  {
    file: 'strategies/jwt/key-source.ts',
    code: 'issuer !== undefined',
    change: 'true',
    why: 'Keys are discovered only for an issuer: a config without one was refused before.',
  },
  {
    file: 'strategies/jwt/jwt.authenticator.ts',
    code: '[]',
    change: '["Stryker was here"]',
    why: 'No token has a claim of this name.',
  },
  {
    file: 'strategies/jwt/remote-keys.ts',
    code: '[]',
    change: '["Stryker was here"]',
    why: 'The keys are not chosen from before they were fetched, and no key that is skipped is described by these words.',
  },
];
