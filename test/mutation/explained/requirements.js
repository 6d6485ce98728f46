/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'requirements/authentication-age.ts',
    code: "typeof time !== 'number'",
    change: 'false',
    why: 'Number.isFinite() is false for each value of another type.',
  },
  {
    file: 'requirements/authentication-context.ts',
    code: "typeof acr === 'string'",
    change: 'true',
    why: 'A list of texts includes no value of another type.',
  },
];
