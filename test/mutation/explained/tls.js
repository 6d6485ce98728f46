/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'tls/certificate-extensions.ts',
    code: '?? []',
    change: 'Stryker',
    why: 'A text has no tag and no content: it is read as nothing, too.',
  },
  {
    file: 'tls/certificate-extensions.ts',
    code: 'parts: readonly DerValue[] = []',
    change: 'Stryker',
    why: 'A text has no tag: it is no extension, and neither is nothing.',
  },
  {
    file: 'tls/certificate-path.ts',
    code: 'derValues(constraints?.value) ?? []',
    change: 'Stryker was here',
    why: 'A text has no content either, so the limit of the CA cannot be read: it issues nothing.',
  },
  {
    file: 'tls/client-tls.ts',
    code: 'key === undefined',
    change: 'false',
    why: 'OpenSSL takes every certificate that could be read as one to trust: only a key makes it fail.',
  },
  {
    file: 'tls/der.ts',
    code: 'tag === undefined || first === undefined',
    why: 'There is a tag where this is called. A length that is missing counts as one without bytes, which is refused.',
  },
  {
    file: 'tls/distinguished-name.ts',
    code: 'other[index] ?? []',
    change: 'Stryker',
    why: 'Both names have the same number of parts: the other one has this part.',
  },
  {
    file: 'tls/distinguished-name.ts',
    code: 'TYPE.exec(text) ?? []',
    change: 'Stryker',
    why: 'It stands in the place of what matched, which is not read without a type.',
  },
  {
    file: 'tls/key-material.ts',
    code: 'leaf === undefined',
    change: 'false',
    why: 'What reads the certificates gives at least one.',
  },
  {
    file: 'tls/pem-text.ts',
    code: "{ if (asymmetricKeyType !== type) throw new TypeError('is a key of another type'); }",
    why: 'Node.js 20 reads keys of the asked type only; the tests notice it on Node.js 22 and 24.',
  },
  {
    file: 'tls/pem-text.ts',
    code: 'values[0]?.tag',
    change: 'values[0].tag',
    why: 'There is one value.',
  },
  {
    file: 'tls/secure-socket.schema.ts',
    code: 'keyPassword !== undefined',
    change: 'true',
    why: 'A password that is undefined is one that is left out.',
  },
  {
    file: 'tls/secure-socket.schema.ts',
    code: '{ cert: optional(trustSchema), key: optional(keyConfigSchema), disable: optional(z.boolean()), }',
    change: '{}',
    why: 'A later test of the same file notices it: the first one alone makes the schema.',
  },
  {
    file: 'tls/secure-socket.schema.ts',
    code: '(value) => value > 0 && value <= limit',
    change: '() => undefined',
    why: 'A later test of the same file notices it: the first one alone makes the schema.',
  },
  {
    file: 'tls/secure-socket.schema.ts',
    code: "z.array(cipher).min(1, 'must name a cipher suite, or be left out')",
    change: 'max(',
    why: 'A later test of the same file notices it: the first one alone makes the schema.',
  },
  {
    file: 'tls/subject-alt-name.ts',
    code: "value.startsWith('\"')",
    change: "value.endsWith('\"')",
    why: 'What the expression takes for a name has quotes at both ends, or no quotes.',
  },
  {
    file: 'tls/weak-key.ts',
    code: 'asymmetricKeyDetails?.modulusLength',
    why: 'Only the type says that a public or private key may have no details.',
  },
  {
    file: 'tls/weak-key.ts',
    code: 'asymmetricKeyDetails?.namedCurve',
    why: 'Only the type says that a public or private key may have no details.',
  },
];
