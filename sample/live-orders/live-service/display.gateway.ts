import { MessageBody, type OnGatewayInit, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import type { Server, Socket } from 'socket.io';
import { checked, NewOrder, type Order } from './order.js';
import { OrderService } from './order.service.js';

/** The display of the shop floor. It gets every order, until its login expires. */
@ServiceAuth({ auth: ['sts'] })
@WebSocketGateway()
export class DisplayGateway implements OnGatewayInit {
  constructor(private readonly service: OrderService) {}

  afterInit(server: Server): void {
    this.service.events.on('placed', (order) => server.emit('orders.placed', order));
  }

  /** Runs for admitted callers only. A display that connects again learns what it has missed. */
  handleConnection(client: Socket, @CurrentPrincipal() { username }: Principal): void {
    client.emit('orders', { shownTo: username, orders: this.service.list() });
  }

  @ResourceAuth({ auth: { scopes: 'add_order' } })
  @SubscribeMessage('orders.place')
  place(@MessageBody(checked(WsException)) order: NewOrder, @CurrentPrincipal() caller: Principal): Promise<Order> {
    return this.service.place(order, caller);
  }
}
