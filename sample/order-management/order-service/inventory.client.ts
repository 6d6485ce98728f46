import { readFileSync } from 'node:fs';
import { BadGatewayException, HttpException, HttpStatus, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { SETTINGS } from '../../process/settings.module.js';
import type { Settings } from '../settings.js';
import type { Item } from './item.js';

/** How long an exchange with the inventory may take, in milliseconds. */
const TIMEOUT = 3_000;

/** What the inventory says about the items themselves, and what the caller should therefore hear. */
const ANSWERS_FOR_THE_CALLER: readonly number[] = [HttpStatus.BAD_REQUEST, HttpStatus.CONFLICT];

/** The inventory service, over mutual TLS: this side shows the order service's certificate and trusts only the demo's CA. */
@Injectable()
export class InventoryClient implements OnApplicationShutdown {
  private readonly url: string;
  private readonly agent: Agent;

  constructor(@Inject(SETTINGS) { inventoryUrl, certificates: { caFile, orderService } }: Settings) {
    const [ca, cert, key] = [caFile, orderService.certFile, orderService.keyFile].map((file) => readFileSync(file, 'utf8'));
    this.url = inventoryUrl;
    this.agent = new Agent({ connect: { ca, cert, key, timeout: TIMEOUT } });
  }

  /**
   * Takes items out of the stock, all of them or none.
   *
   * @throws HttpException with the inventory's own answer if it does not have them.
   * @throws BadGatewayException if it cannot be reached.
   */
  decrease(items: readonly Item[]): Promise<void> {
    return this.put('/inventory/decrease', items);
  }

  /**
   * Puts items back.
   *
   * @throws BadGatewayException if the inventory cannot be reached.
   */
  increase(items: readonly Item[]): Promise<void> {
    return this.put('/inventory/increase', items);
  }

  /** Lets go of the connections. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }

  private async put(path: string, items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    const { status, body } = await this.send(path, items);
    if (status === HttpStatus.OK) return;
    if (ANSWERS_FOR_THE_CALLER.includes(status)) throw new HttpException(body, status);
    throw unavailable(new Error(`The inventory answered ${status}`));
  }

  private async send(path: string, items: readonly Item[]): Promise<{ status: number; body: Record<string, unknown> }> {
    try {
      const { statusCode, body } = await request(this.url + path, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(items),
        dispatcher: this.agent,
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const text = await body.text();
      return { status: statusCode, body: text === '' ? {} : JSON.parse(text) };
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

function unavailable(cause: unknown): BadGatewayException {
  return new BadGatewayException({ status: 'The inventory service cannot be reached.' }, { cause });
}
