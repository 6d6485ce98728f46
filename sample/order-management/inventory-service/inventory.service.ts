import { BadRequestException, ConflictException, Injectable } from '@nestjs/common';
import { openingStock } from './opening-stock.js';
import type { StockItemDto } from './stock-item.dto.js';

/** The stock, in memory. A change takes place as a whole or not at all, and no item ever falls below zero. */
@Injectable()
export class InventoryService {
  private stock = openingStock();

  /**
   * Takes items out of the stock.
   *
   * @throws ConflictException if there is not enough of one.
   * @throws BadRequestException if one is unknown.
   */
  decrease(items: readonly StockItemDto[]): void {
    this.change(items, -1);
  }

  /**
   * Puts items back.
   *
   * @throws BadRequestException if one is unknown.
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
