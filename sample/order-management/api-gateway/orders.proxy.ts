import { BadGatewayException, HttpStatus, Injectable, Logger, NotFoundException } from '@nestjs/common';
import type { Response as Reply, Request } from 'express';
import { AuthClient, FetchFailedError, InjectAuthClient, TokenRefusedError, UnauthenticatedException } from 'nest-service-auth';

/** The header fields of an answer that are passed on. */
const PASSED_ON = ['content-type', 'location', 'retry-after', 'www-authenticate'];

/** Forwards requests to the order service. */
@Injectable()
export class OrdersProxy {
  private readonly logger = new Logger(OrdersProxy.name);

  constructor(
    @InjectAuthClient('orders') private readonly orders: AuthClient,
    @InjectAuthClient('openOrders') private readonly openOrders: AuthClient,
  ) {}

  /**
   * Forwards a request on behalf of its caller, in its trace.
   *
   * @throws UnauthenticatedException if the STS no longer knows the caller's token.
   * @throws AuthUnavailableError if the STS cannot be reached, and there is no exchanged token yet.
   * @throws BadGatewayException if the order service cannot be reached, or does not trust the gateway.
   */
  async forward(request: Request, reply: Reply, path: string): Promise<void> {
    const answer = await this.ask(this.orders.onBehalfOf(request), request, path);
    // The caller's token was valid. If the exchanged one is refused, the caller is not at fault.
    if (answer.status === HttpStatus.UNAUTHORIZED) throw this.unreachable(new Error('The order service refuses the exchanged token'));
    await passOn(answer, reply);
  }

  /** Forwards a request without credentials. @throws BadGatewayException if the order service cannot be reached. */
  async forwardOpen(request: Request, reply: Reply, path: string): Promise<void> {
    await passOn(await this.ask(this.openOrders.inTraceOf(request), request, path), reply);
  }

  private async ask(client: AuthClient, { method, body, headers }: Request, path: string): Promise<Response> {
    const type = headers['content-type'];
    try {
      return await client.fetch(path, {
        method,
        headers: type === undefined ? {} : { 'content-type': type },
        body: Buffer.isBuffer(body) ? new Uint8Array(body) : null,
      });
    } catch (error) {
      throw this.explain(error, path);
    }
  }

  private explain(error: unknown, path: string): unknown {
    // The client sends nothing that would lead out of the order service once it is decoded: no order has such an identifier.
    if (error instanceof FetchFailedError && error.reason === 'forbidden_url')
      return new NotFoundException({ status: `Order '${decodeURIComponent(path.replace('order/', ''))}' cannot be found.` });
    if (error instanceof TokenRefusedError && error.reason === 'invalid_grant')
      return new UnauthenticatedException({ 'WWW-Authenticate': 'Bearer realm="api", error="invalid_token"' });
    const isFromOrderService = error instanceof TypeError;
    return isFromOrderService || error instanceof TokenRefusedError ? this.unreachable(error) : error;
  }

  private unreachable(cause: Error): BadGatewayException {
    this.logger.warn(cause.message);
    return new BadGatewayException({ status: 'The order service cannot be reached.' }, { cause });
  }
}

async function passOn(answer: Response, reply: Reply): Promise<void> {
  reply.status(answer.status);
  for (const name of PASSED_ON) {
    const value = answer.headers.get(name);
    if (value !== null) reply.setHeader(name, value);
  }
  reply.end(Buffer.from(await answer.arrayBuffer()));
}
