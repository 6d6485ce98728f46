import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { SETTINGS } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { CreateOrderDto, UpdateOrderDto } from './order.dto.js';
import { type Order, OrderService } from './order.service.js';

/** The answer to a change. */
interface Confirmation {
  readonly status: string;
}

/** The orders. Everybody may read one; a change requires a token with the right scope. */
@ServiceAuth({ auth: ['sts'] })
@Controller('order')
export class OrderController {
  constructor(
    private readonly orders: OrderService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @ResourceAuth({ auth: { scopes: 'add_order' } })
  @Post()
  async create(
    @Body() order: CreateOrderDto,
    @CurrentPrincipal() who: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Confirmation> {
    await this.orders.create(order, { username: who.username, request });
    response.location(`${this.settings.publicOrderUrl}/order/${order.id}`);
    return { status: `Order '${order.id}' created.` };
  }

  @ResourceAuth({ auth: { scopes: 'update_order' } })
  @Put(':orderId')
  async update(
    @Param('orderId') id: string,
    @Body() change: UpdateOrderDto,
    @CurrentPrincipal() who: Principal,
    @Req() request: Request,
  ): Promise<Confirmation> {
    await this.orders.update(id, change, { username: who.username, request });
    return { status: `Order '${id}' updated.` };
  }

  @ResourceAuth({ auth: { scopes: 'cancel_order' } })
  @Delete(':orderId')
  async cancel(@Param('orderId') id: string, @CurrentPrincipal() who: Principal, @Req() request: Request): Promise<Confirmation> {
    await this.orders.cancel(id, { username: who.username, request });
    return { status: `Order '${id}' removed.` };
  }

  @ResourceAuth({ auth: false })
  @Get(':orderId')
  find(@Param('orderId') id: string): Order {
    return this.orders.find(id);
  }
}
