import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, type WebSocketAdapter } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { isPromise } from '../../awaitable.js';
import type { ClassRef } from '../../decorators/declaration.js';
import { MODULE_LOG } from '../../operator/operator-log.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../../resolved-options.js';
import { connectAnswer, exceptionIn, upgradeAnswer } from './answers.js';
import { ConnectionLifetimes } from './connection-lifetimes.js';
import { fillConnectionParameters } from './connection-parameters.js';
import { FirstMessages } from './first-messages.js';
import type { ParseMessage } from './frames.js';
import { Gateways, type ServerOptions } from './gateways.js';
import { Handshakes, type OpenHandshake } from './handshakes.js';
import { Run } from './run.js';
import { disconnect } from './send-exception.js';
import { askAlways, type ConnectAnswer, guardNamespace, namespaceOf, type Socket, webSocketOptionsOf } from './socket-io-server.js';
import { WebSocketTransport } from './web-socket.transport.js';
import { guardUpgrades, hideToken, isWsServer, type UpgradeAnswer } from './ws-server.js';

/** The close code of a WebSocket server that may be tried again later. @see https://www.iana.org/assignments/websocket */
const TRY_AGAIN_LATER = 1013;

/** A message handler, as Nest hands it to an adapter. */
interface MessageHandler {
  readonly callback: (...parameters: unknown[]) => unknown;
}

/** Admits the clients of gateways at the handshake, with every adapter. */
@Injectable()
export class GatewayConnections {
  /** The servers and namespaces that ask already. */
  private readonly asking = new WeakSet<object>();
  /** By the request of `ws`, and by the client of socket.io. */
  private readonly handshakes = new WeakMap<object, OpenHandshake>();
  private isPrepared = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedAuthOptions, 'responseBody'>,
    @Inject(Gateways) private readonly gateways: Gateways,
    @Inject(Handshakes) private readonly decisions: Handshakes,
    @Inject(FirstMessages) private readonly firstMessages: FirstMessages,
    @Inject(ConnectionLifetimes) private readonly lifetimes: ConnectionLifetimes,
    @Inject(WebSocketTransport) private readonly transport: WebSocketTransport,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  /** Replaces methods of an adapter: an object in its place would not be an instance of the adapter's class. */
  watch(adapter: WebSocketAdapter): void {
    const { create, bindClientConnect, bindMessageHandlers } = adapter;
    adapter.create = (port, options) => {
      this.prepare();
      const server: object = create.call(adapter, port, options);
      this.guard(server, port, options);
      return server;
    };
    adapter.bindClientConnect = (server, connected) => {
      bindClientConnect.call(adapter, server, (client: object, ...others: unknown[]) =>
        this.connect(client, others, server, () => connected(client, ...others), Reflect.get(adapter, 'messageParser')),
      );
    };
    adapter.bindMessageHandlers = (client, handlers, transform) =>
      bindMessageHandlers.call(adapter, client, handlers.map(withRun) as typeof handlers, transform);
  }

  /** When Nest connects the first gateway, all of them have been made. */
  private prepare(): void {
    if (this.isPrepared) return;
    this.isPrepared = true;
    fillConnectionParameters(this.discovery.getProviders(), this.transport);
  }

  private guard(server: object, port: number, options: ServerOptions | undefined): void {
    const namespace = namespaceOf(server);
    const place = isWsServer(server) ? server : (namespace ?? server);
    const gateways = this.gateways.add(place, port, options);
    if (this.asking.has(place)) return;
    this.asking.add(place);
    if (isWsServer(server)) {
      guardUpgrades(server, (request) => this.admitUpgrade(gateways, request), closeFailed);
      this.hideToken(server.options);
    } else if (namespace !== undefined) {
      askAlways(server);
      this.hideToken(webSocketOptionsOf(server));
      guardNamespace(
        namespace,
        (socket) => this.admitSocket(gateways, socket),
        (error) => connectAnswer(exceptionIn(error)),
      );
    } else
      MODULE_LOG.warn(
        `The clients of ${server.constructor.name} cannot be asked for credentials: it is a server neither of ws nor of socket.io. Only open gateways admit them.`,
      );
  }

  private hideToken(options: Parameters<typeof hideToken>[0] | undefined): void {
    if (options !== undefined) hideToken(options, () => this.decisions.reader?.subprotocol);
  }

  private async admitUpgrade(gateways: readonly ClassRef[], request: IncomingMessage): Promise<UpgradeAnswer | undefined> {
    const outcome = await this.decide(gateways, request, undefined);
    if (outcome instanceof Error) return upgradeAnswer(outcome, this.options.responseBody);
    this.handshakes.set(request, outcome);
    return undefined;
  }

  private async admitSocket(gateways: readonly ClassRef[], socket: Socket): Promise<ConnectAnswer | undefined> {
    const outcome = await this.decide(gateways, socket.request, socket);
    if (outcome instanceof Error) return connectAnswer(outcome);
    this.handshakes.set(socket, outcome);
    return undefined;
  }

  private async decide(gateways: readonly ClassRef[], request: IncomingMessage, socket: Socket | undefined) {
    try {
      return await this.decisions.open(gateways, request, socket, socket?.handshake.auth);
    } catch (error) {
      return exceptionIn(error);
    }
  }

  /** Hands a client to a gateway, if its handshake was admitted. */
  private connect(client: object, [request]: unknown[], server: object, connected: () => void, parse: ParseMessage | undefined): void {
    const handshake = this.handshakes.get(client) ?? this.handshakes.get(Object(request)) ?? this.openWithout(client, server);
    if (handshake === undefined) disconnect(client, TRY_AGAIN_LATER);
    else this.hand(client, handshake, connected, parse);
  }

  private hand(client: object, { connection, awaitsToken }: OpenHandshake, connected: () => void, parse: ParseMessage | undefined): void {
    const isNew = this.transport.connectionOf(client) === undefined;
    if (isNew && awaitsToken) this.firstMessages.expect(client, connection, connected, parse);
    else {
      if (isNew) this.lifetimes.begin(client, connection);
      connected();
    }
  }

  /** Of a server that cannot ask, only open gateways get clients. */
  private openWithout(client: object, server: object): OpenHandshake | undefined {
    if (isWsServer(server) || namespaceOf(server) !== undefined) return undefined;
    try {
      const outcome = this.decisions.open(this.gateways.of(server), { headers: {}, rawHeaders: [] }, client);
      // Nest hands the client out now: what is decided later comes too late.
      if (isPromise(outcome)) return void outcome.catch(exceptionIn);
      return outcome instanceof Error || outcome.awaitsToken ? undefined : outcome;
    } catch (error) {
      return void exceptionIn(error);
    }
  }
}

/** Ends a connection that could not be opened. */
function closeFailed({ socket }: IncomingMessage, error: unknown): void {
  exceptionIn(error);
  socket.destroy();
}

/** Gives every message an object of its own, in which its caller is kept. */
function withRun<H extends MessageHandler>(handler: H): H {
  return { ...handler, callback: (...parameters: unknown[]) => handler.callback(...parameters, new Run()) };
}
