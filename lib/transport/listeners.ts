import type { Server } from 'node:http';
import { Inject, Injectable, type WebSocketAdapter } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { textOf } from '../errors.js';
import { MODULE_LOG } from '../operator/operator-log.js';
import { GatewayConnections } from './web-socket/gateway-connections.js';

/** The server of a microservice. */
interface Closable {
  close?(): unknown;
}

/**
 * The ports of the application. Nest opens those of gateways and microservices before the boot has finished: a boot that
 * fails closes all of them.
 */
@Injectable()
export class Listeners {
  private readonly adapters = new Set<WebSocketAdapter>();
  private readonly gateways = new Map<unknown, WebSocketAdapter>();
  private readonly microservices = new Set<Closable>();

  constructor(
    @Inject(ApplicationConfig) config: ApplicationConfig,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(GatewayConnections) private readonly connections: GatewayConnections,
  ) {
    const present = config.getIoAdapter();
    if (present) this.watch(present);
    const set = config.setIoAdapter;
    // The application chooses its adapter later than this, and Nest its own later still.
    config.setIoAdapter = (adapter) => {
      this.watch(adapter);
      set.call(config, adapter);
    };
    modules.getRpcTargetRegistry<Closable>().subscribe((server) => void this.microservices.add(server));
  }

  /** Closes every port that is open. */
  async close(): Promise<void> {
    for (const server of this.microservices) await this.attempt(() => server.close?.());
    for (const [server, adapter] of this.gateways) await this.attempt(() => adapter.close(server));
    for (const adapter of this.adapters) await this.attempt(() => Reflect.get(adapter, 'dispose')?.call(adapter));
    const http: Server | undefined = this.host.httpAdapter?.getHttpServer();
    if (http?.listening !== true) return;
    http.close();
    http.closeAllConnections?.();
  }

  /** Replaces methods of the adapter: an object in its place would not be an instance of the adapter's class. */
  private watch(adapter: WebSocketAdapter): void {
    if (this.adapters.has(adapter)) return;
    this.adapters.add(adapter);
    this.connections.watch(adapter);
    const { create, close } = adapter;
    adapter.create = (port, options) => {
      const server: unknown = create.call(adapter, port, options);
      this.gateways.set(server, adapter);
      return server;
    };
    // Nest closes all of them once more when the application is closed; some adapters throw for a server that is closed already.
    const closed = new Set<unknown>();
    adapter.close = (server) => {
      if (closed.has(server)) return;
      closed.add(server);
      return close.call(adapter, server);
    };
  }

  /** One port that cannot be closed must not keep the others open. */
  private async attempt(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      MODULE_LOG.error(`The boot was stopped, but a port could not be closed: ${textOf(error)}`);
    }
  }
}
