import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import ldapjs from 'ldapjs';
import type { IssuedCertificate } from './certificates.js';
import { DIRECTORY_FACTS, type LdapEntry } from './ldap-facts.js';
import { type FilterTree, isLogic, operandsOf, searchFilters } from './ldap-filter-tree.js';

/** What a server does instead of answering properly. */
export type Misbehaviour = 'silent' | 'hang-up' | { readonly code: number };

export interface LdapDirectoryOptions {
  /** The entries; those of the conformance facts by default. */
  readonly entries?: readonly LdapEntry[];
  /** Speaks TLS from the start, or after StartTLS only. */
  readonly tls?: {
    readonly certificate: IssuedCertificate;
    readonly start: 'ldaps' | 'startTls';
    /** Stops talking when it is time for the handshake. */
    readonly mute?: boolean;
  };
  /** Octets to send in clear together with the answer to StartTLS, as somebody on the way would. */
  readonly injected?: Buffer;
  /** A port to listen on again. */
  readonly port?: number;
}

/** An LDAP server in this process. Everything that reaches it is written down. */
export interface LdapDirectory {
  readonly port: number;
  readonly url: string;
  /** Who tried to bind, in order. */
  readonly binds: string[];
  /** What was searched, in order. */
  readonly searches: { readonly base: string; readonly filter: FilterTree }[];
  /** How many connections were opened. */
  readonly connections: number;
  readonly openConnections: number;
  entries: readonly LdapEntry[];
  /** Answers an operation in another way; undefined leaves it as it is. */
  misbehave: ((operation: 'bind' | 'search', name: string, attributes: readonly string[]) => Misbehaviour | undefined) | undefined;
  /** Referrals to hand out with every search, besides its result. */
  referrals: readonly string[];
  /** Cuts every connection and goes on listening. */
  cut(): void;
  /** Ends with all its connections. */
  stop(): Promise<void>;
}

/** The text of an entry's name as the server writes it. */
const normalized = (name: string): string => ldapjs.parseDN(name).toString().toLowerCase();

/** Starts an LDAP server on loopback. */
export async function startLdapDirectory(options: LdapDirectoryOptions = {}): Promise<LdapDirectory> {
  const sockets = new Set<Socket>();
  const ldap = ldapjs.createServer({ log: QUIET });
  ldap.on('error', () => undefined);
  const server = createServer((socket) => {
    directory.connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    accept(ldap, socket, options);
  });
  const directory = {
    port: 0,
    url: '',
    binds: [] as string[],
    searches: [] as { base: string; filter: FilterTree }[],
    connections: 0,
    entries: options.entries ?? DIRECTORY_FACTS.entries,
    misbehave: undefined as LdapDirectory['misbehave'],
    referrals: [] as readonly string[],
    get openConnections() {
      return sockets.size;
    },
    cut: () => closeAll(sockets),
    stop: () => stop(server, sockets),
  };
  answerBinds(ldap, directory);
  answerSearches(ldap, directory);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  directory.port = (server.address() as AddressInfo).port;
  directory.url = `${options.tls?.start === 'ldaps' ? 'ldaps' : 'ldap'}://localhost:${directory.port}`;
  return directory;
}

interface LdapRequest {
  readonly messageId: number;
  readonly dn: { toString(): string };
  readonly credentials: string;
  readonly connection: Socket & { readonly ldap: { readonly bindDN: { toString(): string } } };
}

interface LdapResponse {
  send(entry: { readonly dn: string; readonly attributes: object }): void;
  end(): void;
}

type Next = (error?: unknown) => void;

/** The filters of the searches on each connection: the library itself hands out a text of them that is ambiguous. */
const filters = new WeakMap<Socket, Map<number, FilterTree>>();

const noop = () => undefined;
const QUIET = { trace: noop, debug: noop, info: noop, warn: noop, error: noop, fatal: noop, child: () => QUIET };

function answerBinds(ldap: ldapjs.Server, directory: LdapDirectory): void {
  ldap.bind('', (request: LdapRequest, response: LdapResponse, next: Next) => {
    const name = request.dn.toString();
    directory.binds.push(name);
    const fault = directory.misbehave?.('bind', name, []);
    if (fault !== undefined) return misbehave(fault, request, next);
    const { dn, password } = DIRECTORY_FACTS.adminBind;
    const entry = directory.entries.find((each) => normalized(each.dn) === normalized(name));
    const expected = normalized(name) === normalized(dn) ? password : entry?.userpassword;
    if (typeof expected !== 'string' || request.credentials !== expected) return next(new ldapjs.InvalidCredentialsError());
    response.end();
    return next();
  });
}

function answerSearches(ldap: ldapjs.Server, directory: LdapDirectory): void {
  const answerSearch = (base: string, request: LdapRequest, response: LdapResponse, next: Next) => {
    const filter = filters.get(request.connection)?.get(request.messageId) ?? ['other', '', ''];
    directory.searches.push({ base, filter });
    const fault = directory.misbehave?.('search', base, attributesOf(filter));
    if (fault !== undefined) return misbehave(fault, request, next);
    const candidates = directory.entries.filter((each) => isBelow(each.dn, base));
    const refusal = refuseSearch(request, candidates);
    if (refusal !== undefined) return next(refusal);
    for (const { dn, ...attributes } of candidates.filter((each) => matches(filter, each))) response.send({ dn, attributes });
    for (const uri of directory.referrals) request.connection.write(searchReference(request.messageId, uri));
    response.end();
    return next();
  };

  ldap.search('', (request: LdapRequest, response: LdapResponse, next: Next) => {
    const base = request.dn.toString();
    // What a directory supports stands in its root entry, which this one does not have.
    if (base === '') return next(new ldapjs.NoSuchObjectError());
    return answerSearch(base, request, response, next);
  });
}

/** Only the service account may search, and only below what exists. */
function refuseSearch({ connection }: LdapRequest, candidates: readonly LdapEntry[]): object | undefined {
  if (normalized(connection.ldap.bindDN.toString()) !== normalized(DIRECTORY_FACTS.adminBind.dn))
    return new ldapjs.InsufficientAccessRightsError();
  return candidates.length === 0 ? new ldapjs.NoSuchObjectError() : undefined;
}

function misbehave(fault: Misbehaviour, request: LdapRequest, next: Next): void {
  if (fault === 'silent') return;
  if (fault === 'hang-up') request.connection.destroy();
  else next({ code: fault.code, message: 'as the test wants it' });
}

function isBelow(name: string, base: string): boolean {
  return `,${normalized(name)}`.endsWith(`,${normalized(base)}`);
}

function attributesOf(filter: FilterTree): readonly string[] {
  return isLogic(filter) ? operandsOf(filter).flatMap(attributesOf) : [filter[1] as string];
}

/** Attributes and values compare without case, as `caseIgnoreMatch` does; the library's own comparison is exact. */
function matches(filter: FilterTree, entry: LdapEntry): boolean {
  const operands = isLogic(filter) ? operandsOf(filter) : [];
  if (filter[0] === '&') return operands.every((operand) => matches(operand, entry));
  if (filter[0] === '|') return operands.some((operand) => matches(operand, entry));
  if (filter[0] === '!') return !operands.some((operand) => matches(operand, entry));
  const [operator, attribute, value] = filter as readonly [string, string, string];
  const name = Object.keys(entry).find((each) => each !== 'dn' && each.toLowerCase() === attribute.toLowerCase());
  if (name === undefined) return false;
  // Whatever is no equality (`uid=*`, `uid=a*`) finds everything: an injection must not go unnoticed.
  if (operator === 'other') return true;
  const comparable = name === 'member' ? normalized : (text: string) => text.toLowerCase();
  return [entry[name] ?? []].flat().some((each) => comparable(each) === comparable(value));
}

function accept(ldap: ldapjs.Server, socket: Socket, { tls, injected }: LdapDirectoryOptions): void {
  const serve = (connection: Socket) => {
    const known = new Map<number, FilterTree>();
    filters.set(connection, known);
    connection.on('data', (octets: Buffer) => {
      // A client that speaks TLS here is refused by the library.
      if (octets[0] === 0x30) for (const [messageId, filter] of searchFilters(octets)) known.set(messageId, filter);
    });
    (ldap as unknown as { newConnection(socket: Socket): void }).newConnection(connection);
  };
  if (tls?.start === 'startTls') acceptStartTls(socket, injected, () => tls.mute || serve(secured(socket, tls.certificate)));
  else if (tls === undefined) serve(socket);
  else if (!tls.mute) serve(secured(socket, tls.certificate));
}

function acceptStartTls(socket: Socket, injected: Buffer | undefined, serve: () => unknown): void {
  socket.once('data', (request: Buffer) => {
    const messageId = request[4] as number;
    // Whoever sends anything else in clear has given it away.
    if (!request.includes('1.3.6.1.4.1.1466.20037')) {
      socket.destroy();
      return;
    }
    const success = Buffer.from([0x30, 0x0c, 0x02, 0x01, messageId, 0x78, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]);
    socket.write(Buffer.concat([success, injected ?? Buffer.alloc(0)]));
    serve();
  });
}

function secured(socket: Socket, { certPem, keyPem }: IssuedCertificate): TLSSocket {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert: certPem, key: keyPem }) });
  secure.on('error', () => undefined);
  return secure;
}

/** @see RFC 4511 §4.5.3: a SearchResultReference with one URI */
function searchReference(messageId: number, uri: string): Buffer {
  const text = Buffer.from(uri);
  const reference = Buffer.concat([Buffer.from([0x73, text.length + 2, 0x04, text.length]), text]);
  return Buffer.concat([Buffer.from([0x30, reference.length + 3, 0x02, 0x01, messageId]), reference]);
}

function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
  closeAll(sockets);
  return stopped;
}

function closeAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy();
}
