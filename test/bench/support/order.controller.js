import { Controller, Get, Param } from '@nestjs/common';

/** The service that everybody protects. */
export class OrderController {
  /** @param {string} id */
  find(id) {
    return { id, state: 'shipped' };
  }
}
Controller('orders')(OrderController);
Get(':id')(
  OrderController.prototype,
  'find',
  /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(OrderController.prototype, 'find')),
);
Param('id')(OrderController.prototype, 'find', 0);
