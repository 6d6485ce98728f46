/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'transport/http/event-streams.ts',
    code: 'known !== undefined',
    change: 'false',
    why: 'The metadata of the handler are read again, and are the same: it is slower.',
  },
  {
    file: 'transport/http/http.transport.ts',
    code: 'this.answers.areUsed',
    change: 'true',
    why: 'Where no strategy adds fields to answers, none are found: it is slower.',
  },
];
