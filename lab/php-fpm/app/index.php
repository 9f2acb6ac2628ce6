<?php
// an application that includes a file of another folder
if (isset($_GET["include"])) { include "{run}/other/part.php"; }
echo "hello\n";
