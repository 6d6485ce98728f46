import { BadGatewayException, HttpException, HttpStatus, Injectable } from '@nestjs/common';
import { AuthClient, type FrameworkRequest, InjectAuthClient } from 'nest-service-auth';
import type { Item } from './item.js';

/** The statuses of the inventory that are about the items. They are passed on to the caller. */
const ANSWERS_FOR_THE_CALLER: readonly number[] = [HttpStatus.BAD_REQUEST, HttpStatus.CONFLICT];

/** A client of the inventory service, over mutual TLS: it sends the certificate of the order service and trusts only the CA of the demo. */
@Injectable()
export class InventoryClient {
  constructor(@InjectAuthClient('inventory') private readonly client: AuthClient) {}

  /**
   * Takes items out of the stock, all of them or none.
   *
   * @param cause - the request that caused the call. The call belongs to its trace.
   * @throws HttpException with the answer of the inventory if it does not have the items.
   * @throws BadGatewayException if it cannot be reached.
   */
  decrease(items: readonly Item[], cause: FrameworkRequest): Promise<void> {
    return this.put('/inventory/decrease', items, cause);
  }

  /**
   * Puts items back.
   *
   * @param cause - the request that caused the call. The call belongs to its trace.
   * @throws BadGatewayException if the inventory cannot be reached.
   */
  increase(items: readonly Item[], cause: FrameworkRequest): Promise<void> {
    return this.put('/inventory/increase', items, cause);
  }

  private async put(path: string, items: readonly Item[], cause: FrameworkRequest): Promise<void> {
    if (items.length === 0) return;
    const { status, body } = await this.send(path, items, cause);
    if (status === HttpStatus.OK) return;
    if (ANSWERS_FOR_THE_CALLER.includes(status)) throw new HttpException(body, status);
    throw unavailable(new Error(`The inventory answered ${status}`));
  }

  private async send(path: string, items: readonly Item[], cause: FrameworkRequest): Promise<{ status: number; body: object }> {
    try {
      const answer = await this.client.inTraceOf(cause).fetch(path, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(items),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function unavailable(cause: unknown): BadGatewayException {
  return new BadGatewayException({ status: 'The inventory service cannot be reached.' }, { cause });
}
