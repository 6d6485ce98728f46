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
    file: 'guard/ask.ts',
    code: 'retryAfter === undefined ? undefined : { retryAfter }',
    change: 'false',
    why: 'Details without a hint, and no details, are the same: the one is slower.',
  },
  {
    file: 'guard/ask.ts',
    code: 'attempt.enrich === undefined ? attempt : { ...attempt, enrich: undefined }',
    change: 'false',
    why: 'A copy of an attempt without an enricher is equal: it is slower.',
  },
  {
    file: 'guard/challenge-headers.ts',
    code: 'if (additions.length === 0) return authenticateHeader(challenges);',
    change: 'false',
    why: 'Nothing is added to challenges to which nothing is to be added: it is slower.',
  },
  {
    file: 'guard/enricher.ts',
    code: 'added.length === 0 ? held : [...new Set([...held, ...added])]',
    change: 'false',
    why: 'A copy without additions is equal: it is slower.',
  },
  {
    file: 'guard/event-teller.ts',
    code: 'if (this.sink.admitted === undefined) return;',
    change: 'false',
    why: 'The event is made, and told to nobody: it is slower.',
  },
  {
    file: 'guard/event-teller.ts',
    code: 'this.sink.admitted?.(event)',
    change: 'this.sink.admitted(event)',
    why: 'There is such a method: without one, nothing is told.',
  },
  {
    file: 'guard/event-teller.ts',
    code: 'this.telemetry === undefined ? event : { ...event, ...this.traceOf(observation) }',
    change: 'false',
    why: 'Without telemetry there is no trace, and the copy is equal: it is slower.',
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
