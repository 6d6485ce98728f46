/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'operator/condensed-log.ts',
    code: '{ level, count: 1, isNew: true }',
    change: 'false',
    why: 'A kind that has a count is kept, new or not.',
  },
];
