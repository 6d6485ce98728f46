import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ServiceAuth } from 'nest-service-auth';
import type { Item } from './order.js';

/** The stock, for services. Usually a process of its own: its declaration would be the same there. */
@ServiceAuth({ auth: [{ scheme: 'sts', scopes: 'book_stock' }] })
@Controller()
export class StockController {
  private readonly stock = new Map([
    ['electronics/APMBA132021', 32],
    ['electronics/SOWH1000XM4', 75],
    ['books/978-1617295959', 10],
    ['books/978-1484220498', 10],
  ]);

  /** Books all items or none. */
  @MessagePattern('stock.book')
  book(@Payload() items: readonly Item[]): string {
    const left = new Map(this.stock);
    for (const { category, code, qty } of items) left.set(`${category}/${code}`, (left.get(`${category}/${code}`) ?? 0) - qty);
    if ([...left.values()].some((qty) => qty < 0)) return 'out of stock';
    for (const [item, qty] of left) this.stock.set(item, qty);
    return 'booked';
  }
}
