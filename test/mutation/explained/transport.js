/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'transport/ambient-credentials.ts',
    code: 'const { credentials = [] } = authenticator;',
    change: '["Stryker was here"]',
    why: 'A text is no place of a credential: it has no kind.',
  },
  {
    file: 'transport/auth.guard.ts',
    code: 'callers === undefined',
    change: 'false',
    why: 'No handler has a plan for calls of a type that is not known.',
  },
  {
    file: 'transport/expiries.ts',
    code: 'seconds === undefined',
    change: 'false',
    why: 'Number.isFinite() is false for undefined, too.',
  },
  {
    file: 'transport/remembered-verdicts.ts',
    code: 'known.verdicts.length === 0',
    change: 'false',
    why: 'The list is copied, and has the same members: it is slower.',
  },
  {
    file: 'transport/transports.ts',
    code: 'TRANSPORTS.find(({ contextType }) => contextType === context.getType())?.principalOf?.(context)',
    change: '?.principalOf(context)',
    why: 'Each transport of the list has callers.',
  },
];
