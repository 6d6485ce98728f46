/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'strategies/oauth2-introspection/judge.ts',
    code: 'if (!Object.keys(answer).some((name) => isTimeInWriting(name, answer[name])) && !hasNulls(answer, 0)) return answer;',
    change: 'false',
    why: 'The copy is equal to an answer without nulls and without times in text: it is slower.',
  },
];
