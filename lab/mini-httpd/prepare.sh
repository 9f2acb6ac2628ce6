# A document root: a folder with a password, one without an index, one that may not be read.
mkdir -p www/private www/listed www/closed www/hot
for folder in private listed closed hot .; do echo hello >"www/$folder/file.txt"; done
htpasswd -nbd ann example >www/private/.htpasswd
chmod 711 www/listed
chmod 000 www/closed/file.txt
chmod -R a+rX www/private www/hot
chown -R nobody www/private 2>/dev/null || true
