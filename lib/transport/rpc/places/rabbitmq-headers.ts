import { has, member, type Place, readFieldsOf } from './place.js';

/** The `headers` property of a RabbitMQ message. @see AMQP 0-9-1 §1.8 (basic properties) */
export const rabbitmqHeaders: Place = (context, reader) => {
  if (!has(context, 'getMessage', 'getChannelRef')) return false;
  readFieldsOf(member(member(context.getMessage(), 'properties'), 'headers'), reader);
  return true;
};
