
# the rules of the lab
$wgMainCacheType = CACHE_DB;
$wgSessionCacheType = CACHE_DB;
$wgPasswordAttemptThrottle = [];
$wgJobRunRate = 0;
$wgSecretKey = "example";
# visitors may not edit
$wgGroupPermissions['*']['edit'] = false;
# {read}
$wgGroupPermissions['*']['read'] = {read};
$wgGroupPermissions['user']['move'] = false;
$wgEnableUploads = false;
$wgRateLimits['edit']['user'] = [ 1000, 60 ];
