# The web configuration with a user: ann, example.
printf 'basic_auth_users:\n  %s\n' "$(htpasswd -nbB -C 4 ann example | sed 's/:/: /')" >web.yml
