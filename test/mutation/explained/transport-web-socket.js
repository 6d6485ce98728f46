/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'transport/web-socket/connection-parameters.ts',
    code: 'factory?.(data, context)',
    change: 'factory(data, context)',
    why: 'Parameters without a factory were left out when the gateway was read.',
  },
  {
    file: 'transport/web-socket/gateway-connections.ts',
    code: 'this.decisions.reader?.subprotocol',
    why: 'Before the boot has finished each handshake is refused, and no subprotocol is chosen.',
  },
  {
    file: 'transport/web-socket/first-messages.ts',
    code: 'frame.event !== undefined',
    change: 'true',
    why: 'A client waits only where the message with the token has a name: no other value is equal to it.',
  },
  {
    file: 'transport/web-socket/first-messages.ts',
    code: 'this.handshakes.reader?.message',
    change: 'this.handshakes.reader.message',
    why: 'A client waits only once the boot has finished: handshakes are read then.',
  },
  {
    file: 'transport/web-socket/first-messages.ts',
    code: 'this.handshakes.reader?.readMessage',
    change: 'this.handshakes.reader.readMessage',
    why: 'A client waits only once the boot has finished: handshakes are read then.',
  },
  {
    file: 'transport/web-socket/frames.ts',
    code: '{ return { event: undefined, data: undefined }; }',
    change: '{}',
    why: 'Members that are left out are undefined, too.',
  },
  {
    file: 'transport/web-socket/subprotocol-token.ts',
    code: 'index > 0',
    why: 'Nothing stands before the first subprotocol, and nothing is not equal to a name.',
  },
  {
    file: 'transport/web-socket/subprotocol-token.ts',
    code: '?? []',
    change: '["Stryker was here"]',
    why: 'One subprotocol that is not announced as a token is none.',
  },
  {
    file: 'transport/web-socket/run.ts',
    code: 'parameters.length - 1',
    change: 'parameters.length + 1',
    why: 'Behind the last parameter is no run: it is slower.',
  },
  {
    file: 'transport/web-socket/web-socket.transport.ts',
    code: 'filter !== undefined',
    change: 'true',
    why: 'An application with message handlers of gateways has the package, and each version of it has the filter.',
  },
  {
    file: 'transport/web-socket/frames.ts',
    code: 'client.onAny?.(listener)',
    why: 'Each client of socket.io has the method.',
  },
  {
    file: 'transport/web-socket/frames.ts',
    code: 'client.offAny?.(listener)',
    why: 'Each client of socket.io has the method.',
  },
  {
    file: 'transport/web-socket/web-socket.transport.ts',
    code: 'false',
    change: 'true',
    why: 'It is set while the application boots, before there is a client.',
  },
  {
    file: 'transport/web-socket/web-socket.transport.ts',
    code: "filter !== undefined && 'isNativeWebSocket' in filter.prototype",
    why: 'It is so with Nest 12; the tests run with Nest 11, too, which Stryker does not.',
  },
];
