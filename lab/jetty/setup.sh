# Lays out a base folder for Jetty: one application, the key store, room to work.
set -e
mkdir -p webapps app/WEB-INF logs tmp app/empty
cp app.xml webapps/app.xml
cp web.xml app/WEB-INF/
for folder in slow staff boss nobody reads secure; do
    mkdir "app/$folder"
    echo hello > "app/$folder/file.txt"
done
echo hello > app/file.txt
mkdir -p etc
openssl pkcs12 -export -in tls/server.pem -inkey tls/server.key -passout pass:example -out etc/keystore
touch -d 2026-11-20T10:00:00Z app/file.txt app/*/file.txt
