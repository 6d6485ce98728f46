/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'outgoing/proxy.ts',
    code: '/^[a-z][a-z0-9+.-]*:\\/\\//i',
    change: '/[a-z]',
    why: 'What has :// behind its beginning is refused with http:// before it, and without: it has a path, or a port that is none.',
  },
  {
    file: 'outgoing/proxy-environment.ts',
    code: 'test(name)) return []',
    why: 'The text that is added has no name, and no host ends in ".undefined".',
  },
  {
    file: 'outgoing/proxy-environment.ts',
    code: 'port }] : []',
    change: 'Stryker',
    why: 'The text that is added has no name, and no host ends in ".undefined".',
  },
];
