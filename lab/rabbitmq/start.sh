# RabbitMQ with a port mapper of its own, so that both end with the lab.
export HOME="$RUN" ERL_EPMD_PORT="$PORT_B" ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_NODENAME="lab$PORT@localhost" RABBITMQ_DIST_PORT="$PORT_C"
export RABBITMQ_CONFIG_FILE="$RUN/rabbitmq.conf" RABBITMQ_MNESIA_BASE="$RUN/mnesia" RABBITMQ_LOG_BASE="$RUN"
export RABBITMQ_ENABLED_PLUGINS_FILE="$RUN/enabled_plugins" RABBITMQ_PID_FILE="$RUN/pid"
epmd -address 127.0.0.1 -port "$PORT_B" &
exec /usr/lib/rabbitmq/bin/rabbitmq-server
