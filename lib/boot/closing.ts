import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AccessControl } from '../access-control/access-control.js';
import { textOf } from '../errors.js';
import { PendingDecisions } from '../guard/pending-decisions.js';
import { MODULE_LOG } from '../operator/operator-log.js';
import { Authenticators } from '../plan/authenticators.js';

/** Milliseconds between two checks of the server; decisions have as long to finish once it has stopped listening. */
const GRACE = 150;

/** Ends pending decisions, connections and timers when the application closes. */
@Injectable()
export class Closing implements BeforeApplicationShutdown, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    @Inject(PendingDecisions) private readonly pending: PendingDecisions,
    @Inject(AccessControl) private readonly accessControl: AccessControl,
    @Inject(Authenticators) private readonly authenticators: Authenticators,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {}

  /**
   * Nest closes the server before it calls {@link onApplicationShutdown}, and the server waits for its requests: so those that wait for a decision are
   * answered 503 shortly after the server has stopped listening, and not before, because other modules may go on serving until then.
   */
  beforeApplicationShutdown(): void {
    this.timer = setInterval(() => this.look(), GRACE);
    this.timer.unref();
  }

  /**
   * Closes everything. A failure is reported here, and not thrown: Nest 11 would leave out the hooks of the modules that are still to be closed.
   */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.letGo();
  }

  private look(): void {
    const server: Partial<Server> | undefined = this.adapterHost.httpAdapter?.getHttpServer();
    if (server?.listening === true) return;
    // A connection that had a request when the server stopped listening is kept open after its answer, and the server waits for that, too.
    server?.closeIdleConnections?.();
    if (this.isOver) void this.letGo();
    this.isOver = true;
  }

  private async letGo(): Promise<void> {
    this.pending.cut();
    this.accessControl.close();
    await this.authenticators.close().catch((error) => MODULE_LOG.error(`An authenticator could not be closed: ${textOf(error)}`));
  }
}
