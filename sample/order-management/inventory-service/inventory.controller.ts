import { Body, Controller, ParseArrayPipe, Put } from '@nestjs/common';
import { ServiceAuth } from 'nest-service-auth';
import { InventoryService } from './inventory.service.js';
import { StockItemDto } from './stock-item.dto.js';

/** The stock, for services that authenticate with a client certificate. */
@ServiceAuth({ auth: [{ mutualSslConfig: {} }] })
@Controller('inventory')
export class InventoryController {
  constructor(private readonly inventory: InventoryService) {}

  @Put('decrease')
  decrease(@Body(new ParseArrayPipe({ items: StockItemDto, whitelist: true })) items: StockItemDto[]): void {
    this.inventory.decrease(items);
  }

  @Put('increase')
  increase(@Body(new ParseArrayPipe({ items: StockItemDto, whitelist: true })) items: StockItemDto[]): void {
    this.inventory.increase(items);
  }
}
