import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { describeAuth } from 'nest-service-auth/openapi';

const PATH = '/docs';

/** The routes that Swagger UI registers on Express itself. They are public: the document holds no secrets. */
export const API_DOCS_ROUTES: readonly string[] = [PATH, `${PATH}/*`, `${PATH}-json`, `${PATH}-yaml`];

/** Serves the OpenAPI document and Swagger UI. The document is made with the first request, when the guard knows every route. */
export function serveApiDocs(app: INestApplication): void {
  const config = new DocumentBuilder().setTitle('Orders').setVersion('1.0').setOpenAPIVersion('3.1.0').build();
  SwaggerModule.setup(PATH, app, () => describeAuth(app, SwaggerModule.createDocument(app, config)));
}
