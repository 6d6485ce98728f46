import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { Principal } from 'nest-service-auth';
import type { NewOrder, Order } from './order.js';
import { StockClient } from './stock.client.js';

/** The orders, in memory. */
@Injectable()
export class OrderService {
  /** Emits `placed` with each new order. */
  readonly events = new EventEmitter<{ placed: [Order] }>();
  private readonly orders = new Map<string, Order>();

  constructor(private readonly stock: StockClient) {}

  list(): Order[] {
    return [...this.orders.values()];
  }

  /** Books the stock and keeps the order. An order that exists already is returned as it is. */
  async place({ id, items }: NewOrder, { username }: Principal): Promise<Order> {
    const known = this.orders.get(id);
    if (known !== undefined) return known;
    const order = { id, items, placedBy: username, status: await this.stock.book(items) };
    this.orders.set(id, order);
    this.events.emit('placed', order);
    return order;
  }
}
