import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a flooder is given. */
export interface FloodTrial {
  readonly port: number;
  readonly flood: FloodName;
  /** A token of a key that the application knows, to be spoilt. */
  readonly token: string;
}

export type FloodName = keyof typeof FLOODS;

type Headers = Readonly<Record<string, string>>;

const { port, flood, token }: FloodTrial = JSON.parse(process.argv[2] ?? '{}');
const [header = '', , signature = ''] = token.split('.');
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = () => base64url({ sub: randomUUID(), exp: 4_000_000_000 });

const MALFORMED = [
  'Bearer',
  'Bearer ',
  'Bearer a b',
  'Basic !',
  'Basic YWxpY2U',
  'bearer ..',
  'Bearer a.b',
  `Bearer ${'.'.repeat(500)}`,
  '\t',
  ',',
];

/** How many clients there are, each with one request at a time. */
const CLIENTS = 20;
/** How long each rests between two requests, in milliseconds. Without a rest they would measure how many requests a processor can read. */
const REST = 50;
/** How many connections send a body octet by octet. */
const SLOW = 200;

/** Each gives a path and the header fields of one request. */
const FLOODS = {
  'bad signatures': () => ['/keys', { authorization: `Bearer ${header}.${claims()}.${signature}` }],
  'malformed headers': () => ['/keys', { authorization: MALFORMED[Math.floor(Math.random() * MALFORMED.length)] ?? '' }],
  'unknown keys': () => ['/keys', { authorization: `Bearer ${base64url({ alg: 'ES256', kid: randomUUID() })}.${claims()}.${signature}` }],
  'wrong passwords': () => ['/users', { authorization: `Basic ${Buffer.from(`alice:${randomUUID()}`).toString('base64')}` }],
  'new opaque tokens': () => ['/asked', { authorization: `Bearer bad-${randomUUID()}` }],
  'huge headers': () => ['/keys', { authorization: `Bearer ${randomBytes(7000).toString('base64url')}`, 'x-fill': 'x'.repeat(20_000) }],
  'long tokens': () => ['/keys', { authorization: `Bearer ${header}.${randomBytes(8000).toString('base64url')}.${signature}` }],
  'slow bodies': undefined,
} satisfies Record<string, (() => readonly [path: string, headers: Headers]) | undefined>;

const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
const statuses = new Map<number, number>();
let isOver = false;
const count = (status: number) => statuses.set(status, (statuses.get(status) ?? 0) + 1);

/** The status of an answer; 0 where the connection was closed. */
function ask(path: string, headers: Headers): Promise<number> {
  return new Promise((resolve) => {
    const answered = (answer: IncomingMessage) => answer.resume().on('close', () => resolve(answer.statusCode ?? 0));
    request({ host: '127.0.0.1', port, path, headers: { ...headers }, agent }, answered)
      .on('error', () => resolve(0))
      .end();
  });
}

async function work(make: () => readonly [path: string, headers: Headers]): Promise<void> {
  for (; !isOver; await sleep(REST)) count(await ask(...make()));
}

/** Sends a body of a million octets, one at a time, and counts the answer, if there is one before the end of the body. */
async function drip(): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.once('data', (answer) => count(Number(answer.toString('latin1').slice(9, 12))));
  socket.write('POST /keys HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n');
  for (; !isOver && !socket.destroyed; await sleep(100)) socket.write('1');
  socket.destroy();
}

const make = FLOODS[flood];
process.on('message', async () => {
  isOver = true;
  // A password takes its time.
  while (make !== undefined && statuses.size === 0) await sleep(REST);
  process.send?.([...statuses]);
});
process.on('disconnect', () => process.exit());
for (let client = 0; client < (make === undefined ? SLOW : CLIENTS); client++) void (make === undefined ? drip() : work(make));
process.send?.({ floods: true });
