import { Body, Controller, Get, Post } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';

/** Signed tokens, which are verified locally. Each resource requires its own scope. */
@ServiceAuth({ auth: [{ scheme: 'tokens', scopes: 'read' }] })
@Controller('api/customers')
export class CustomersController {
  private readonly customers = ['Ada', 'Grace'];

  @Get()
  list(): readonly string[] {
    return this.customers;
  }

  @ResourceAuth({ auth: { scopes: 'write' } })
  @Post()
  add(@Body('name') name: unknown, @CurrentPrincipal() who: Principal) {
    this.customers.push(String(name));
    return { added: String(name), by: who.username };
  }
}
