/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'client/answer-to.ts',
    code: 'prover = authorization === undefined',
    change: 'false',
    why: 'A client with a key always has a token: without one it does not come so far.',
  },
  {
    file: 'client/attach.ts',
    code: 'enumerable: true',
    change: 'false',
    why: 'Nest reads the field by its name.',
  },
  {
    file: 'client/client-providers.ts',
    code: 'providers = []',
    change: 'Stryker',
    why: 'The module has providers: only the type says that it may have none.',
  },
  {
    file: 'client/auth-client.ts',
    code: 'authorization === undefined) return response',
    change: 'false',
    why: 'Who has no value has no refuse() either.',
  },
  {
    file: 'client/create-credential.ts',
    code: 'if (auth.oauth2TokenExchangeGrantConfig)',
    change: 'true',
    why: 'The schema admits no other: the error below is for a mistake in this package.',
  },
  {
    file: 'client/grant.schema.ts',
    code: 'parameters: readonly string[] = []',
    change: 'Stryker',
    why: 'No server knows a parameter of that name.',
  },
  {
    file: 'client/jwt-issuer.ts',
    code: 'keyId !== undefined',
    change: 'true',
    why: 'A kid that is undefined is not written.',
  },
  {
    file: 'client/jwt-issuer.ts',
    code: 'issuer !== undefined',
    change: 'true',
    why: 'A claim that is undefined is not written, and the custom claims cannot have this one.',
  },
  {
    file: 'client/jwt-issuer.ts',
    code: 'username !== undefined',
    change: 'true',
    why: 'A claim that is undefined is not written, and the custom claims cannot have this one.',
  },
  {
    file: 'client/jwt-issuer.ts',
    code: "typeof audience === 'string'",
    change: 'true',
    why: 'The list is only read: its copy is for the type.',
  },
  {
    file: 'client/jwt-issuer.ts',
    code: "algorithm !== undefined && !algorithm.startsWith('HS')",
    why: 'The schema admits no HS… with a key, and an algorithm that is undefined is the default.',
  },
  {
    file: 'client/token-asker.ts',
    code: 'retryAfter !== undefined',
    change: 'true',
    why: 'An error without it has a retryAfter that is undefined.',
  },
];
