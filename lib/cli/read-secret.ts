import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Terminal, UsageError } from './command.js';

/** More than any password needs, and no more than a header may carry. */
const MOST_OCTETS = 6000;

/**
 * Reads a secret: twice and without echo from a terminal, otherwise everything from standard input but the last line's end.
 *
 * @throws UsageError when the two differ, or it is interrupted, or too long.
 */
export async function readSecret(terminal: Terminal): Promise<string> {
  const secret = terminal.input.isTTY === true ? await askTwice(terminal) : await readAll(terminal.input);
  if (Buffer.byteLength(secret) > MOST_OCTETS) throw new UsageError(`The password is longer than ${MOST_OCTETS} bytes.`);
  return secret;
}

async function askTwice({ input, notes }: Terminal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // One reader for both lines: what is typed ahead is not lost between two. Ctrl+C and Ctrl+D end it.
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const lines = reader[Symbol.asyncIterator]();
  try {
    const first = await ask('Password: ', lines, notes);
    const second = await ask('Again: ', lines, notes);
    if (first !== second) throw new UsageError('The two passwords differ: nothing was hashed.');
    return first;
  } finally {
    reader.close();
  }
}

async function ask(prompt: string, lines: AsyncIterator<string>, notes: NodeJS.WritableStream): Promise<string> {
  notes.write(prompt);
  const line = await lines.next();
  notes.write('\n');
  if (line.done === true) throw new UsageError('Ended: nothing was hashed.');
  return line.value;
}

async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length > MOST_OCTETS + 2) break;
  }
  return decode(Buffer.concat(chunks)).replace(/\r?\n$/, '');
}

function decode(octets: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch (cause) {
    throw new UsageError('The password is not UTF-8.', { cause });
  }
}
