# Users of etcd: root, and ann whose role covers the keys below /shop/ only; then authentication is switched on (or stays "off").
sh "$1/start.sh" "$PORT_B" >prepare.txt 2>&1 &
etcd=$!
post() { curl -sf "http://127.0.0.1:$PORT_B/v3/$1" -d "$2" >/dev/null; }
until curl -sf "http://127.0.0.1:$PORT_B/health" | grep -q true; do sleep 0.2; done
post auth/user/add '{"name":"root","password":"example"}'
post auth/role/add '{"name":"root"}'
post auth/user/grant '{"user":"root","role":"root"}'
post auth/user/add '{"name":"ann","password":"example"}'
post auth/role/add '{"name":"shop"}'
post auth/role/grant "{\"name\":\"shop\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"$(printf /shop/ | base64)\",\"range_end\":\"$(printf /shop0 | base64)\"}}"
post auth/user/grant '{"user":"ann","role":"shop"}'
[ "$2" = off ] || post auth/enable '{}'
kill "$etcd"
wait
