# A Sinatra application with rack-protection as Debian ships it: each refusal is one of its middlewares.
require "sinatra/base"
require "rack/protection"

class Shop < Sinatra::Base
  set :server, "webrick"
  set :bind, "127.0.0.1"
  set :port, ENV.fetch("PORT").to_i
  set :environment, :production
  set :logging, true
  enable :sessions
  set :session_secret, "example-" * 16
  # Origin, Referer of JSON, spoofed addresses, traversal and session hijacking are the default; the token is added
  set :protection, use: [:authenticity_token, :remote_token], reaction: :deny

  get("/form") { Rack::Protection::AuthenticityToken.token(session) }
  post("/cart") { "hello\n" }
  get("/cart.json") { content_type :json; "[1]\n" }
  get("/") { "hello\n" }
end

Shop.run!
