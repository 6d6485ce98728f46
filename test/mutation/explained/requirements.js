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
  {
    file: 'requirements/every-requirement.ts',
    code: "typeof given === 'object' && given !== null",
    change: 'false',
    why: 'The fields that are not given are checked, too, and may be left out: it is slower.',
  },
  {
    file: 'requirements/every-requirement.ts',
    code: 'REQUIREMENTS.filter(({ field }) => field in given)',
    change: 'REQUIREMENTS',
    why: 'The fields that are not given are checked, too, and may be left out: it is slower.',
  },
];
