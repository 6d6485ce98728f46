import { Controller, Get } from '@nestjs/common';

/** Whether the service is up. */
@Controller('health')
export class HealthController {
  @Get()
  health() {
    return { status: 'up' };
  }
}
