/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'strategies/jws/algorithms.ts',
    code: 'publicExponent < MAX_EXPONENT',
    change: 'publicExponent <= MAX_EXPONENT',
    why: 'The limit itself is even, which is refused in any case.',
  },
];
