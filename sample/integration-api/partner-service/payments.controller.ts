import { Body, Controller, Post } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';

/** Requires both: the certificate of the machine, and a token with the scope. */
@ServiceAuth({ auth: [{ allOf: ['certificate', { scheme: 'tokens', scopes: 'pay' }] }] })
@Controller('payments')
export class PaymentsController {
  @Post()
  pay(@Body('amount') amount: unknown, @CurrentPrincipal() { username, certificate }: Principal) {
    return { paid: amount, by: username, from: certificate?.subject };
  }
}
