import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BerReader, BerWriter } from 'ldapts';

/** How a {@link BareDirectory} answers. */
export interface BareAnswers {
  /** The result code of every bind; 0 by default. */
  readonly code?: number;
  /** The text beside it. */
  readonly text?: string;
  /** The controls of every answer to a bind. */
  readonly controls?: readonly { readonly type: string; readonly value: Buffer }[];
  /** What the root entry shows; without any there is no root entry. */
  readonly supportedControl?: readonly string[];
  /** Whether the root entry is shown only after a bind on the same connection. */
  readonly showsUsersOnly?: boolean;
}

/** A directory that knows binds and its root entry, and sends what real ones send in rare moments only. */
export interface BareDirectory {
  readonly url: string;
  /** The types of the controls that came with binds. */
  readonly controls: readonly string[];
  /** How many searches came. */
  readonly searches: number;
  stop(): Promise<void>;
}

const [BIND, SEARCH, CONTROLS, SEQUENCE, OCTETS] = [0x60, 0x63, 0xa0, 0x30, 0x04];

/** Starts such a directory on loopback. */
export async function startBareDirectory(answers: BareAnswers): Promise<BareDirectory> {
  const received: Request[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let isBound = false;
    socket.on('data', (octets: Buffer) => {
      for (const request of messagesIn(octets)) {
        received.push(request);
        for (const answer of answersTo(request, answers, isBound)) socket.write(answer);
        isBound ||= request.operation === BIND;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `ldap://localhost:${(server.address() as AddressInfo).port}`,
    get controls() {
      return received.flatMap(({ controls }) => controls);
    },
    get searches() {
      return received.filter(({ operation }) => operation === SEARCH).length;
    },
    stop,
  };
}

interface Request {
  readonly id: number;
  readonly operation: number;
  readonly content: Buffer;
  readonly controls: readonly string[];
}

function* messagesIn(octets: Buffer): Generator<Request> {
  for (let rest = octets; rest.length > 0; ) {
    const reader = new BerReader(rest);
    if (reader.readSequence() === null) return;
    const end = reader.offset + reader.length;
    const id = reader.readInt() ?? 0;
    const operation = reader.peek() ?? 0;
    const content = reader.readString(operation, true) ?? Buffer.alloc(0);
    const controls = reader.offset < end && reader.peek() === CONTROLS ? typesOf(reader) : [];
    yield { id, operation, content, controls };
    rest = rest.subarray(end);
  }
}

function typesOf(reader: BerReader): string[] {
  const inner = new BerReader(reader.readString(CONTROLS, true) ?? Buffer.alloc(0));
  const types: string[] = [];
  while (inner.remain > 0) types.push(new BerReader(inner.readString(SEQUENCE, true) ?? Buffer.alloc(0)).readString() ?? '');
  return types;
}

function answersTo({ id, operation, content }: Request, answers: BareAnswers, isBound: boolean): Buffer[] {
  const { code = 0, text = '', controls = [], supportedControl = [], showsUsersOnly = false } = answers;
  if (operation === BIND) return [message(id, (writer) => result(writer, 0x61, code, text), controls)];
  if (operation !== SEARCH) return [];
  const entry = message(id, (writer) => rootEntry(writer, supportedControl));
  const isShown = supportedControl.length > 0 && asksForRoot(content) && (isBound || !showsUsersOnly);
  return [...(isShown ? [entry] : []), message(id, (writer) => result(writer, 0x65, 0, ''))];
}

/** Whether a search is for the root entry alone, and for what is shown only to those who name it. @see RFC 4512 §5.1 */
function asksForRoot(content: Buffer): boolean {
  return content.subarray(0, 5).equals(Buffer.from([OCTETS, 0, 0x0a, 1, 0])) && content.includes('supportedControl');
}

function message(id: number, write: (writer: BerWriter) => void, controls: BareAnswers['controls'] = []): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  write(writer);
  if (controls.length > 0) {
    writer.startSequence(CONTROLS);
    for (const { type, value } of controls) {
      writer.startSequence();
      writer.writeString(type);
      writer.writeBuffer(value, OCTETS);
      writer.endSequence();
    }
    writer.endSequence();
  }
  writer.endSequence();
  return writer.buffer;
}

/** @see RFC 4511 §4.1.9 */
function result(writer: BerWriter, operation: number, code: number, text: string): void {
  writer.startSequence(operation);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString(text);
  writer.endSequence();
}

/** @see RFC 4511 §4.5.2 */
function rootEntry(writer: BerWriter, values: readonly string[]): void {
  writer.startSequence(0x64);
  writer.writeString('');
  writer.startSequence();
  writer.startSequence();
  writer.writeString('supportedControl');
  writer.startSequence(0x31);
  for (const value of values) writer.writeString(value);
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
}
