// A program of its own: @rekog/mcp-nest is CommonJS, and Jest cannot load the ES modules that it requires.
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpController, McpHttpControllerFor, McpStrategy, StreamableHttpTransport, Tool } from '@rekog/mcp-nest';
import { AuthModule, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';

const [secret = '', tools] = process.argv.slice(2);
const transport = new StreamableHttpTransport();
const strategy = new McpStrategy({ name: 'notes', version: '1', transports: [transport] });

@ServiceAuth({ auth: ['sts'] })
@Controller('mcp')
class Endpoint extends McpHttpControllerFor(transport) {}

@McpController()
class Tools {
  @Tool({ name: 'who', description: 'Says who calls.' })
  who(@CurrentPrincipal() caller: Principal) {
    return { content: [{ type: 'text' as const, text: caller.username }] };
  }
  @ResourceAuth({ auth: [{ scheme: 'sts', scopes: 'notes:write' }] })
  @Tool({ name: 'write', description: 'Writes a note.' })
  write() {
    return { content: [{ type: 'text' as const, text: 'written' }] };
  }
}
if (tools === 'declared') ServiceAuth({ auth: ['sts'] })(Tools);

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: { sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret } } } },
    }),
  ],
  controllers: [Endpoint, Tools],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { abortOnError: false });
strategy.setHttpAdapter(app.getHttpAdapter());
app.connectMicroservice({ strategy });
await app.startAllMicroservices();
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
process.once('disconnect', () => void app.close());
