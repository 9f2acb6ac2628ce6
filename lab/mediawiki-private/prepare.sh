# A wiki on SQLite: admin, ann (a user), bob (blocked); a protected page; edits are rate limited for newcomers.
cp -r /usr/share/mediawiki wiki 2>/dev/null
rm -rf wiki/LocalSettings.php wiki/images wiki/cache wiki/extensions wiki/skins
mkdir -p wiki/images wiki/cache wiki/extensions wiki/skins data
cd wiki || exit 1
php maintenance/install.php --dbtype sqlite --dbpath "$RUN/data" --dbname wiki --server "http://127.0.0.1:$PORT" --scriptpath "" --pass example-password lab admin >../prepare.txt 2>&1 || exit 1
cat ../more.php >>LocalSettings.php
php maintenance/createAndPromote.php ann example-password >>../prepare.txt 2>&1 || exit 1
php maintenance/createAndPromote.php bob example-password >>../prepare.txt 2>&1 || exit 1
echo bob >../blocked.txt
php maintenance/blockUsers.php ../blocked.txt --performer admin --reason lab >>../prepare.txt 2>&1 || true
echo "hello" | php maintenance/edit.php -u admin Locked >>../prepare.txt 2>&1
php maintenance/protect.php -u admin Locked >>../prepare.txt 2>&1
exit 0
