#!/usr/bin/perl
# A Mojolicious application: each refusal is one rule of its own or of the framework.
use Mojolicious::Lite -signatures;
use Mojo::Util qw(secure_compare);

app->secrets(['example']);
app->log->path("$ENV{RUN}/app.log")->level('debug');
get '/' => sub ($c) { $c->render(text => "hello\n") };
get '/form' => sub ($c) { $c->render(text => $c->csrf_token) };

# a form with the framework's token, refused as its guide shows
post '/cart' => sub ($c) {
  my $v = $c->validation;
  return $c->render(text => 'Bad CSRF token!', status => 403) if $v->csrf_protect->has_error('csrf_token');
  $c->render(text => "hello\n");
};

# Basic authentication as the guide shows
under '/private' => sub ($c) {
  return 1 if secure_compare($c->req->url->to_abs->userinfo // '', 'ann:example');
  $c->res->headers->www_authenticate('Basic');
  $c->render(text => 'Authentication required!', status => 401);
  return undef;
};
get '/' => sub ($c) { $c->render(text => "hello\n") };

# a role in the session
under '/admin' => sub ($c) {
  return 1 if ($c->session->{role} // '') eq 'admin';
  $c->render(text => 'Forbidden', status => 403);
  return undef;
};
get '/' => sub ($c) { $c->render(text => "hello\n") };
app->start;
