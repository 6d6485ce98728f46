import { Controller, Delete, Get, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { OrdersProxy } from './orders.proxy.js';

/** The orders, for end users. The gateway authenticates them; the order service decides what they may do. */
@ServiceAuth({ auth: ['users'] })
@Controller('order')
export class OrdersController {
  constructor(private readonly orders: OrdersProxy) {}

  @Post()
  create(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.orders.forward(request, response, 'order');
  }

  @Put(':orderId')
  update(@Param('orderId') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.orders.forward(request, response, pathOf(id));
  }

  @Delete(':orderId')
  cancel(@Param('orderId') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.orders.forward(request, response, pathOf(id));
  }

  @ResourceAuth({ auth: false })
  @Get(':orderId')
  find(@Param('orderId') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.orders.forwardOpen(request, response, pathOf(id));
  }
}

/** The router has decoded the identifier: `..` and slashes in it must not become part of another path. */
function pathOf(id: string): string {
  return `order/${encodeURIComponent(id)}`;
}
