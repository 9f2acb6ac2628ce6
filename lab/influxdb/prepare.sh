# Users of InfluxDB: root the admin, and ann who may read the database shop.
influxd -config influxdb.conf >prepare.txt 2>&1 &
influxd=$!
query() { curl -sf "http://127.0.0.1:$PORT/query" -u root:example --data-urlencode "q=$1" >/dev/null; }
until curl -sf "http://127.0.0.1:$PORT/ping"; do sleep 0.1; done
query "CREATE USER root WITH PASSWORD 'example' WITH ALL PRIVILEGES"
query "CREATE DATABASE shop"
query "CREATE USER ann WITH PASSWORD 'example'"
query "GRANT READ ON shop TO ann"
kill "$influxd"
wait
