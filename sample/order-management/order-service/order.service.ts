import { BadRequestException, ConflictException, Injectable, Logger, NotFoundException } from '@nestjs/common';
import type { FrameworkRequest } from 'nest-service-auth';
import { InventoryClient } from './inventory.client.js';
import { differenceOf, type Item } from './item.js';
import { Turns } from './turns.js';

/** An order, as it is stored and shown. */
export interface Order {
  readonly id: string;
  readonly name: string;
  readonly items: readonly Item[];
}

/** The user who changes an order, and the request. */
export interface Caller {
  readonly username: string;
  readonly request: FrameworkRequest;
}

/** The orders, in memory. An order and the stock change together: if the inventory refuses or cannot be reached, neither changes. */
@Injectable()
export class OrderService {
  private readonly logger = new Logger(OrderService.name);
  private readonly orders = new Map<string, Order>();
  private readonly turns = new Turns();

  constructor(private readonly inventory: InventoryClient) {}

  /** @throws NotFoundException if there is no such order. */
  find(id: string): Order {
    const order = this.orders.get(id);
    if (order === undefined) throw new NotFoundException(unknown(id));
    return order;
  }

  /** @throws ConflictException if the id is taken. */
  async create({ id, name, items }: Order, by: Caller): Promise<void> {
    await this.turns.take(id, async () => {
      if (this.orders.has(id)) throw new ConflictException({ status: `Order '${id}' already exists.` });
      await this.inventory.decrease(items, by.request);
      this.orders.set(id, { id, name, items });
    });
    this.logger.log(`Order '${id}' created by ${by.username}`);
  }

  /** @throws BadRequestException if there is no such order. */
  async update(id: string, { name, items }: Omit<Order, 'id'>, by: Caller): Promise<void> {
    await this.turns.take(id, async () => {
      await this.exchange(this.toChange(id).items, items, by.request);
      this.orders.set(id, { id, name, items });
    });
    this.logger.log(`Order '${id}' updated by ${by.username}`);
  }

  /** @throws BadRequestException if there is no such order. */
  async cancel(id: string, by: Caller): Promise<void> {
    await this.turns.take(id, async () => {
      await this.inventory.increase(this.toChange(id).items, by.request);
      this.orders.delete(id);
    });
    this.logger.log(`Order '${id}' removed by ${by.username}`);
  }

  private toChange(id: string): Order {
    const order = this.orders.get(id);
    if (order === undefined) throw new BadRequestException(unknown(id));
    return order;
  }

  /** Takes the added items out of the stock, then puts the removed ones back. Taking is first, because the inventory may refuse it. */
  private async exchange(before: readonly Item[], after: readonly Item[], request: FrameworkRequest): Promise<void> {
    const taken = differenceOf(after, before);
    await this.inventory.decrease(taken, request);
    try {
      await this.inventory.increase(differenceOf(before, after), request);
    } catch (error) {
      await this.giveBack(taken, request);
      throw error;
    }
  }

  private async giveBack(items: readonly Item[], request: FrameworkRequest): Promise<void> {
    try {
      await this.inventory.increase(items, request);
    } catch {
      // A real shop would store this and try again later. The answer to the caller is the same.
      this.logger.error(`Could not give back to the inventory: ${JSON.stringify(items)}`);
    }
  }
}

function unknown(id: string): { status: string } {
  return { status: `Order '${id}' cannot be found.` };
}
