import { fieldsIn, has, member, type Place } from './place.js';

/** The `headers` property of a RabbitMQ message. @see AMQP 0-9-1 §1.8 (basic properties) */
export const rabbitmqHeaders: Place = (context) =>
  has(context, 'getMessage', 'getChannelRef') ? fieldsIn(member(member(context.getMessage(), 'properties'), 'headers')) : undefined;
