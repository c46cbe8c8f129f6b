/** Provider sources and state travel in single messages, so the usual limit of 4 MB is lifted, as in the SDK. */
export const channelOptions = {
  "grpc.max_receive_message_length": 1024 * 1024 * 400,
  "grpc.max_send_message_length": 1024 * 1024 * 400,
};
