import { BadGatewayException, HttpException, HttpStatus, Injectable } from '@nestjs/common';
import { AuthClient, type FrameworkRequest, InjectAuthClient } from 'nest-service-auth';
import type { Item } from './item.js';

/** What the inventory says about the items themselves, and what the caller should therefore hear. */
const ANSWERS_FOR_THE_CALLER: readonly number[] = [HttpStatus.BAD_REQUEST, HttpStatus.CONFLICT];

/** The inventory service, over mutual TLS: this side shows the order service's certificate and trusts only the demo's CA. */
@Injectable()
export class InventoryClient {
  constructor(@InjectAuthClient('inventory') private readonly client: AuthClient) {}

  /**
   * Takes items out of the stock, all of them or none.
   *
   * @param cause - the request that this is done for, whose trace goes on.
   * @throws HttpException with the inventory's own answer if it does not have them.
   * @throws BadGatewayException if it cannot be reached.
   */
  decrease(items: readonly Item[], cause: FrameworkRequest): Promise<void> {
    return this.put('/inventory/decrease', items, cause);
  }

  /**
   * Puts items back.
   *
   * @param cause - the request that this is done for, whose trace goes on.
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
