/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'strategies/binding/confirmation.ts',
    code: '[[name, value] = [], ...others]',
    change: '"Stryker was here"',
    why: 'Only the name x5t#S256 is a binding to a certificate.',
  },
  {
    file: 'strategies/binding/dpop/target-urls.ts',
    code: 'normalizedUrl(href + path) ?? []',
    change: '"Stryker was here"',
    why: 'A path behind a configured URL is a URL, so that the list is never used.',
  },
  {
    file: 'strategies/binding/dpop/target-urls.ts',
    code: "String(field).split(',').at(-1)?.trim",
    change: 'at(-1).trim',
    why: 'A text that is split has one part at least.',
  },
  {
    file: 'strategies/binding/dpop/dpop-confirmation.ts',
    code: "credentials.kind === 'present'",
    change: 'true',
    why: 'A field without credentials has no value, which equals no token.',
  },
  {
    file: 'strategies/binding/dpop/proof-key.ts',
    code: 'octets === undefined',
    change: 'false',
    why: 'Octets that could not be decoded have no header either.',
  },
];
