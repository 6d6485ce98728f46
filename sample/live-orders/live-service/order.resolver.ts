import { on } from 'node:events';
import { Args, Float, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { NewOrder, Order } from './order.js';
import { OrderService } from './order.service.js';

/** The orders over GraphQL. */
@ServiceAuth({ auth: ['sts'] })
@Resolver(() => Order)
export class OrderResolver {
  constructor(private readonly service: OrderService) {}

  @Query(() => [Order])
  orders(): Order[] {
    return this.service.list();
  }

  @ResourceAuth({ auth: { scopes: 'add_order' } })
  @Mutation(() => Order)
  placeOrder(@Args('order') order: NewOrder, @CurrentPrincipal() caller: Principal): Promise<Order> {
    return this.service.place(order, caller);
  }

  /** Ends when the token of the subscriber expires. */
  @Subscription(() => Order, { resolve: ([order]: [Order]) => order })
  orderPlaced() {
    return on(this.service.events, 'placed');
  }

  /** Who lacks the scope gets the rest of the order, and an error for this field. */
  @ResourceAuth({ auth: { scopes: 'read_margin' } })
  @ResolveField(() => Float, { nullable: true })
  margin(@Parent() { items }: Order): number {
    return items.reduce((sum, { qty }) => sum + 2.5 * qty, 0);
  }
}
