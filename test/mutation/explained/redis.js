/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'redis/sealed-values.ts',
    code: '{ authTagLength: TAG_BYTES }',
    change: '{}',
    why: 'Node makes tags of 16 bytes unless told otherwise, and each tag that is read is cut to 16 bytes.',
  },
];
