import { BadRequestException, ConflictException, Injectable } from '@nestjs/common';
import { openingStock } from './opening-stock.js';
import type { StockItemDto } from './stock-item.dto.js';

/** The stock, in memory. A change is made completely or not at all, and no item falls below zero. */
@Injectable()
export class InventoryService {
  private stock = openingStock();

  /**
   * Takes items out of the stock.
   *
   * @throws ConflictException if the stock of an item is too small.
   * @throws BadRequestException if an item is unknown.
   */
  decrease(items: readonly StockItemDto[]): void {
    this.change(items, -1);
  }

  /**
   * Puts items back.
   *
   * @throws BadRequestException if an item is unknown.
   */
  increase(items: readonly StockItemDto[]): void {
    this.change(items, 1);
  }

  private change(items: readonly StockItemDto[], sign: 1 | -1): void {
    const changed = structuredClone(this.stock);
    for (const { category, code, qty } of items) {
      const item = changed.get(category)?.get(code);
      if (item === undefined) throw new BadRequestException({ status: `Item '${code}' of category '${category}' is not known.` });
      item.qty += sign * qty;
      if (item.qty < 0) throw new ConflictException({ status: `Not enough of item '${code}' (${item.name}) in stock.` });
    }
    this.stock = changed;
  }
}
