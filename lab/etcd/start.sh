# etcd on the port $1; further arguments are its own.
port=$1
shift
exec etcd --name lab --data-dir "$RUN/data" --listen-client-urls "http://127.0.0.1:$port" --advertise-client-urls "http://127.0.0.1:$port" \
  --listen-peer-urls "http://127.0.0.1:$PORT_C" --initial-advertise-peer-urls "http://127.0.0.1:$PORT_C" \
  --initial-cluster "lab=http://127.0.0.1:$PORT_C" --log-level error "$@"
