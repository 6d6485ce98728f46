/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'strategies/oauth2-introspection/judge.ts',
    code: 'if (!Object.keys(answer).some((name) => isTimeInWriting(name, answer[name])) && !hasNulls(answer, 0)) return answer;',
    change: 'false',
    why: 'The copy is equal to an answer without nulls and without times in text: it is slower.',
  },
  {
    file: 'strategies/oauth2-introspection/judge.ts',
    code: 'if (depth > MAX_DEPTH) return false;',
    change: 'true',
    why: 'The answer is copied, and the copy is equal: it is slower.',
  },
  {
    file: 'strategies/oauth2-introspection/judge.ts',
    code: 'depth > MAX_DEPTH',
    change: 'depth >= MAX_DEPTH',
    why: 'A null at the greatest depth stays, where no claim is looked at.',
  },
  {
    file: 'strategies/oauth2-introspection/judge.ts',
    code: "typeof each === 'object' && (each === null ? !isList : hasNulls(each, depth + 1))",
    change: 'true',
    why: 'An answer without nulls is copied, and the copy is equal: it is slower.',
  },
  {
    file: 'strategies/oauth2-introspection/prepare.ts',
    code: "isFixed: auth.method !== 'private_key_jwt'",
    change: 'false',
    why: 'The same credentials are made for each question: it is slower.',
  },
];
