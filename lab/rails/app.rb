# A Rails application in one file: each refusal is the framework's own.
require "action_controller/railtie"
require "rack/handler/webrick"

class Shop < Rails::Application
  config.root = ENV.fetch("RUN")
  config.load_defaults 6.1
  config.eager_load = false
  config.consider_all_requests_local = false
  config.secret_key_base = "example-" * 16
  config.logger = ActiveSupport::Logger.new("#{ENV.fetch("RUN")}/app.log")
  config.log_level = :info
  # host authorisation: these names only
  config.hosts = ["127.0.0.1", "shop.example"]
  config.action_controller.forgery_protection_origin_check = true
  routes.append do
    get "/" => "shop#index"
    get "/form" => "shop#form"
    post "/cart" => "shop#cart"
    get "/script" => "shop#script"
    get "/basic" => "basic#index"
    get "/token" => "token#index"
  end
end

class ShopController < ActionController::Base
  protect_from_forgery with: :exception
  def index = render(plain: "hello\n")
  def form = render(plain: form_authenticity_token)
  def cart = render(plain: "hello\n")
  def script = render(js: "hello()")
end

# HTTP Basic of the framework
class BasicController < ActionController::Base
  http_basic_authenticate_with name: "ann", password: "example"
  def index = render(plain: "hello\n")
end

# HTTP Token of the framework
class TokenController < ActionController::API
  include ActionController::HttpAuthentication::Token::ControllerMethods
  before_action { authenticate_or_request_with_http_token { |token, _| token == "example-token" } }
  def index = render(plain: "hello\n")
end

Dir.mkdir("#{ENV.fetch("RUN")}/public")
File.write("#{ENV.fetch("RUN")}/public/422.html", "<h1>The change you wanted was rejected.</h1>\n<p>Maybe you tried to change something you didn't have access to.</p>\n")
Shop.initialize!
Rack::Handler::WEBrick.run(Shop, Host: "127.0.0.1", Port: ENV.fetch("PORT").to_i, AccessLog: [])
