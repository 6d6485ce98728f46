import { Controller, type DynamicModule, Get } from '@nestjs/common';
import { AuthClient, AuthModule, InjectAuthClient, ResourceAuth } from 'nest-service-auth';
import { SECRET } from './stock.module.js';

/** The service that calls. The client adds the token to each request, and renews it before it expires. */
@Controller('offers')
class OffersController {
  constructor(@InjectAuthClient('stock') private readonly stock: AuthClient) {}

  @ResourceAuth({ auth: false })
  @Get()
  async list() {
    const answer = await this.stock.fetch('/stock');
    return { status: answer.status, stock: await answer.json() };
  }
}

/** Makes the shop, whose client `stock` calls the service at this address. */
export function shopModule(stockUrl: string): DynamicModule {
  const jwtIssuerConfig = { issuer: 'shop', username: 'shop', audience: 'stock', signatureConfig: { config: SECRET } };
  const clients = { stock: { baseUrl: stockUrl, auth: { jwtIssuerConfig } } };
  return { module: class ShopModule {}, imports: [AuthModule.forRoot({ clients })], controllers: [OffersController] };
}
