import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory } from '@nestjs/microservices';
import { type AuthClient, InjectAuthClient } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { SETTINGS } from '../../support/process/settings.module.js';
import { messagesOf } from '../messages.js';
import type { Settings } from '../settings.js';
import type { Item } from './order.js';

/** Books stock by messages. Each carries a token of this service, not the token of the user. */
@Injectable()
export class StockClient implements OnApplicationShutdown {
  private readonly messages: ClientProxy;

  constructor(@Inject(SETTINGS) settings: Settings, @InjectAuthClient('stock') stock: AuthClient) {
    this.messages = stock.attach(ClientProxyFactory.create(messagesOf(settings)));
  }

  /** Returns `booked`, or why not. */
  book(items: readonly Item[]): Promise<string> {
    return firstValueFrom(this.messages.send<string>('stock.book', items));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.messages.close();
  }
}
