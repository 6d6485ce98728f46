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
