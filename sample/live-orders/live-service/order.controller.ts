import { BadRequestException, Body, Controller, Get, Post } from '@nestjs/common';
import { MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { checked, NewOrder, type Order } from './order.js';
import { OrderService } from './order.service.js';

/** The orders over HTTP, and as messages. */
@ServiceAuth({ auth: ['sts'] })
@Controller('orders')
export class OrderController {
  constructor(private readonly service: OrderService) {}

  @Get()
  list(): Order[] {
    return this.service.list();
  }

  @ResourceAuth({ auth: { scopes: 'add_order' } })
  @Post()
  place(@Body(checked(BadRequestException)) order: NewOrder, @CurrentPrincipal() caller: Principal): Promise<Order> {
    return this.service.place(order, caller);
  }

  @ResourceAuth({ auth: { scopes: 'add_order' } })
  @MessagePattern('orders.create')
  create(@Payload(checked(RpcException)) order: NewOrder, @CurrentPrincipal() caller: Principal): Promise<Order> {
    return this.service.place(order, caller);
  }
}
