import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import { InventoryController } from './inventory.controller.js';
import { InventoryService } from './inventory.service.js';

/** The inventory service. Its controller declares who may change the stock. */
@Module({
  imports: [AuthModule.forRoot({ responseBody: 'empty' })],
  controllers: [InventoryController],
  providers: [InventoryService],
})
export class InventoryModule {}
