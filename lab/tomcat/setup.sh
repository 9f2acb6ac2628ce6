# Lays out a base folder for Tomcat: configuration, applications, room to work.
set -e
keytool -importcert -noprompt -alias authority -file tls/authority.pem -keystore tls/trusted -storetype PKCS12 -storepass example
mkdir -p conf/Catalina/localhost webapps/ROOT/WEB-INF webapps/certified/WEB-INF logs temp work
cp /etc/tomcat10/web.xml conf/web.xml
cp server.xml tomcat-users.xml conf/
cp manager.xml closed.xml conf/Catalina/localhost/
cp web.xml webapps/ROOT/WEB-INF/
cp certified.xml webapps/certified/WEB-INF/web.xml
for folder in office listed origins rest forms slow staff boss nobody reads secure; do
    mkdir "webapps/ROOT/$folder"
    echo hello > "webapps/ROOT/$folder/file.txt"
done
echo '<form method="post" action="<%= response.encodeURL("file.txt") %>"><input name="item"></form>' > webapps/ROOT/forms/entry.jsp
cp webapps/ROOT/staff/file.txt webapps/ROOT/file.txt
cp webapps/ROOT/staff/file.txt webapps/certified/file.txt
touch -d 2026-11-20T10:00:00Z webapps/ROOT/file.txt webapps/ROOT/*/*.txt webapps/certified/file.txt
