/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'http/authorization.ts',
    code: "credentials.kind === 'present'",
    change: 'true',
    why: 'Other credentials have no value, and what is tested in its place passes: they are returned as they are.',
  },
  {
    file: 'http/challenge.ts',
    code: 'challenge.scheme.toLowerCase()',
    change: 'toUpperCase',
    why: 'Names of schemes are ASCII: they are compared in one case, whichever it is.',
  },
  { file: 'http/cookie.ts', code: 'start < header.length', change: '<=', why: 'No pair begins at the end of the field.' },
  { file: 'http/forwarded-certificate.ts', code: 'absent = []', why: 'The word that is added is no word of a proxy.' },
  {
    file: 'http/forwarded-content.ts',
    code: "text?.startsWith('-')",
    change: 'endsWith',
    why: 'A text with one end of a frame and without the other is refused by either reader.',
  },
  { file: 'http/header-field.ts', code: 'index < rawHeaders.length', change: '<=', why: 'No field is named at the end of the list.' },
  {
    file: 'http/route-pattern.ts',
    code: 'known !== undefined',
    change: 'false',
    why: 'It is slower: the pattern is compiled for each request.',
  },
  {
    file: 'http/token-reader.ts',
    code: 'moreSchemes = [], maxTokenLength',
    change: 'Stryker',
    why: 'The scheme that is added has blanks and capitals, and no header field names it.',
  },
  { file: 'http/token-reader.ts', code: 'allowedOrigins = []', why: 'The text that is added is no origin, and no browser sends it.' },
  {
    file: 'http/token-reader.ts',
    code: "one.kind === 'present'",
    change: 'true',
    why: 'The other one is a token, and no token equals the value that is missing.',
  },
  {
    file: 'http/token-reader.ts',
    code: "other.kind === 'present'",
    change: 'true',
    why: 'The first one is a token, and no token equals the value that is missing.',
  },
  {
    file: 'http/token-reader.ts',
    code: "one.kind === 'present' && other.kind === 'present'",
    change: '||',
    why: 'Where one of the two is no token, its value is missing, and no token equals that.',
  },
  {
    file: 'http/trusted-addresses.ts',
    code: 'family !== 0',
    change: 'true',
    why: 'Node.js finds a text that is no address in no list.',
  },
  { file: 'http/xfcc.ts', code: 'elements.at(-1)?.push', why: 'There is an element from the beginning.' },
];
