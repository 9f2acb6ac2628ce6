<?php
// Debian's Adminer behind PHP's own server, with its plugin for databases that have no password: a person gives one all the same.
function adminer_object() {
	include_once "/usr/share/adminer/plugins/plugin.php";
	include_once "/usr/share/adminer/plugins/login-password-less.php";
	return new AdminerPlugin(array(new AdminerLoginPasswordLess(password_hash("example", PASSWORD_DEFAULT))));
}
chdir("/usr/share/adminer/adminer");
include "/usr/share/adminer/adminer/index.php";
