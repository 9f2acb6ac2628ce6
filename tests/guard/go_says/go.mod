module why403.test/crossorigin

go 1.25
