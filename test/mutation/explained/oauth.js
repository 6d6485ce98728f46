/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'oauth/direct-authentication.ts',
    code: "config.method === 'private_key_jwt'",
    change: 'true',
    why: 'No other method has an audience.',
  },
  {
    file: 'oauth/direct-authentication.ts',
    code: 'config.keyId === undefined',
    change: 'false',
    why: 'A kid that is undefined is not written.',
  },
  {
    file: 'oauth/discovered-endpoint.ts',
    code: 'if (this.freshness.isDue)',
    change: 'true',
    why: 'What is called looks at the same itself, and gives the known endpoint: it is slower.',
  },
  {
    file: 'oauth/fetch-through.ts',
    code: "!body.includes('id_token')",
    change: 'false',
    why: 'The answer is read and written again, with the same members: it is slower.',
  },
  {
    file: 'oauth/fetch-through.ts',
    code: 'catch { return new Uint8Array(body); }',
    why: 'The answer is no JSON. An empty one in its place is refused with the same words.',
  },
  {
    file: 'oauth/signing-key.ts',
    code: 'key.asymmetricKeyDetails?.namedCurve',
    why: 'Only the type says that a private key may have no details.',
  },
  {
    file: 'oauth/token-request.ts',
    code: 'secrets: [], status: undefined',
    change: 'Stryker',
    why: 'The list is replaced before anything is sent: no server has said anything until then.',
  },
];
