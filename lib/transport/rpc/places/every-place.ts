import { grpcMetadata } from './grpc-metadata.js';
import { httpRequest } from './http-request.js';
import { kafkaHeaders } from './kafka-headers.js';
import { mqttProperties } from './mqtt-properties.js';
import { natsHeaders } from './nats-headers.js';
import { packetMetadata } from './packet-metadata.js';
import type { FieldReader, Place } from './place.js';
import { rabbitmqHeaders } from './rabbitmq-headers.js';

/** Every place of credentials: a transporter is one line. The last one takes what no other knows. */
const PLACES: readonly Place[] = [grpcMetadata, natsHeaders, rabbitmqHeaders, kafkaHeaders, mqttProperties, httpRequest, packetMetadata];

/** Passes on the fields beside the payload of a message; none where its transporter has no place for them. */
export function readFields(context: object, reader: FieldReader): void {
  for (const place of PLACES) if (place(context, reader)) return;
}
