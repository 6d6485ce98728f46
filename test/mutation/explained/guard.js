const NO_METHOD = 'Where there is no such method the call throws within resultOf(), and nothing is added, too.';
const NO_ADDITION = 'A text among the additions has neither a scheme, so that it belongs to no challenge, nor header fields.';

/** @type {import('../gate.js').Explanations} */
export default [
  { file: 'guard/challenge-headers.ts', code: 'mechanism.onRejected?.(verdict)', change: 'mechanism.onRejected(verdict)', why: NO_METHOD },
  { file: 'guard/challenge-headers.ts', code: 'mechanism.onStepUp?.(denial)', change: 'mechanism.onStepUp(denial)', why: NO_METHOD },
  { file: 'guard/challenge-headers.ts', code: 'mechanism.onForbidden?.(denial)', change: 'mechanism.onForbidden(denial)', why: NO_METHOD },
  { file: 'guard/challenge-headers.ts', code: 'resultOf(() => checked(answer())) ?? []', change: 'Stryker was here', why: NO_ADDITION },
  { file: 'guard/challenge-headers.ts', code: 'if (answer === undefined) return [];', change: 'Stryker was here', why: NO_ADDITION },
  {
    file: 'guard/challenge-headers.ts',
    code: 'answer === undefined',
    change: 'false',
    why: 'To read an answer that is undefined throws within resultOf(), and nothing is added, too.',
  },
  {
    file: 'guard/enriched-callers.ts',
    code: 'const known = this.keys.get(principal); if (known !== undefined) return known;',
    change: 'false',
    why: 'The key is made anew, and is the same: it is slower.',
  },
  {
    file: 'guard/event-teller.ts',
    code: 'telemetry !== undefined || sink.admitted !== undefined',
    change: 'true',
    why: 'An admission that nobody wants to know of is told to nobody: it is slower.',
  },
  { file: 'guard/event-teller.ts', code: 'said !== undefined', change: 'true', why: 'It waits for what is there: it is slower.' },
  {
    file: 'guard/step-failure.ts',
    code: "typeof words === 'function'",
    change: 'true',
    why: 'To call what is no function throws within resultOf(), and there are no words, too: it is slower.',
  },
];
