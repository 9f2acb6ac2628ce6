<?php
// Debian's Adminer as it is, behind PHP's own server.
chdir("/usr/share/adminer/adminer");
include "/usr/share/adminer/adminer/index.php";
