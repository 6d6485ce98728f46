/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'outgoing/proxy.ts',
    code: '/^[a-z][a-z0-9+.-]*:\\/\\//i',
    change: '/[a-z]',
    why: 'What has :// behind its beginning is refused with http:// before it, and without: it has a path, or a port that is none.',
  },
  {
    file: 'outgoing/proxy-environment.ts',
    code: 'test(name)) return []',
    why: 'The text that is added has no name, and no host ends in ".undefined".',
  },
  {
    file: 'outgoing/proxy-environment.ts',
    code: 'port }] : []',
    change: 'Stryker',
    why: 'The text that is added has no name, and no host ends in ".undefined".',
  },
  {
    file: 'outgoing/custom-headers.ts',
    code: "typeof value === 'string' ? [[name, value]] : []",
    change: 'true',
    why: 'The value of the file is written over it.',
  },
  {
    file: 'outgoing/custom-headers.ts',
    code: 'sighting !== this.sighting',
    change: 'true',
    why: 'The same sighting has the same content: it is slower.',
  },
  {
    file: 'outgoing/dispatchers.ts',
    code: 'authorization !== undefined && { token: authorization }',
    change: 'true',
    why: 'undici sends no token that is undefined.',
  },
  {
    file: 'outgoing/dispatchers.ts',
    code: "typeof connect === 'function'",
    change: 'true',
    why: 'undici always gives a function; its type allows more.',
  },
  {
    file: 'outgoing/outgoing-agent.ts',
    code: '(loaded) => loaded.through(choose(url))',
    why: 'An exchange waits until undici is loaded, and asks once more then.',
  },
  {
    file: 'outgoing/whole-answer.ts',
    code: 'unpack === PLAIN',
    change: 'false',
    why: 'The chunks are put together one by one: it is slower.',
  },
  {
    file: 'outgoing/whole-answer.ts',
    code: 'this.stopped = { reason }',
    change: '{}',
    why: 'The exchange has failed with the reason already: nobody sees with which error undici ends the request.',
  },
  {
    file: 'outgoing/whole-answer.ts',
    code: 'onResponseEnd(): void { if (this.head !== undefined)',
    change: 'true',
    why: 'undici ends no answer that has no head: it reports an error then.',
  },
  {
    file: 'outgoing/deadline.ts',
    code: 'this.onAbort !== undefined',
    change: 'true',
    why: 'Without a signal there is no listener, and nothing is removed.',
  },
  {
    file: 'outgoing/deadline.ts',
    code: 'this.exchange.signal?.removeEventListener',
    why: 'There is a listener only where there is a signal.',
  },
  {
    file: 'outgoing/network-failure.ts',
    code: "typeof message === 'string'",
    change: 'true',
    why: 'Only the three digits of what would become such a text are used.',
  },
];
