/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'transport/rpc/announced-servers.ts',
    code: 'index !== -1',
    change: 'true',
    why: 'Without a number at the index, nothing is less than anything.',
  },
  {
    file: 'transport/rpc/announced-servers.ts',
    code: 'Number(parts[index]) < Number(OLDEST[index])',
    change: '<=',
    why: 'At this index the numbers differ.',
  },
  {
    file: 'transport/rpc/kept-callers.ts',
    code: 'callers.length > 0',
    why: 'No caller of an empty list is that of the handler: it is slower.',
  },
  {
    file: 'transport/rpc/kept-callers.ts',
    code: '?.callers ?? []',
    change: '["Stryker was here"]',
    why: 'A text is no caller.',
  },
  {
    file: 'transport/rpc/message-servers.ts',
    code: 'private readonly servers: MessageServer[] = [];',
    change: '["Stryker was here"]',
    why: 'A text is a server of no transporter: nothing is wrong with its messages.',
  },
  {
    file: 'transport/rpc/message-servers.ts',
    code: 'plans.length === 0',
    change: 'false',
    why: 'Without protected handlers nothing is wrong with a server that is announced: the boot is slower.',
  },
  {
    file: 'transport/rpc/message-servers.ts',
    code: 'TcpContext !== undefined',
    change: 'true',
    why: 'An application with handlers of messages has the package, and each version of it has the class.',
  },
  {
    file: 'transport/rpc/message-request.ts',
    code: 'field === AUTHORIZATION',
    change: 'false',
    why: 'The name in lower case is the same: it is slower.',
  },
  {
    file: 'transport/rpc/message-requests.ts',
    code: 'first === undefined',
    change: 'false',
    why: 'A record has a run from the start.',
  },
  {
    file: 'transport/rpc/places/packet-metadata.ts',
    code: 'return false',
    why: 'It is the last place: no other one is asked, whatever it returns.',
  },
  {
    file: 'transport/rpc/places/packet-metadata.ts',
    code: 'return true',
    why: 'It is the last place: no other one is asked, whatever it returns.',
  },
];
